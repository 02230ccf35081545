import { type ServiceEntry, SYMMETRIC } from '../model/service.js'

export const SECRETSMANAGER_ENTRY: ServiceEntry = {
  name: 'secretsmanager',
  title: 'AWS Secrets Manager',
  calledBy: 'its users',
  key: SYMMETRIC,
  uses: [
    {
      purpose: 'encrypt and decrypt secrets',
      source: null,
      statements: [
        {
          sid: 'Allow use of the key through Secrets Manager',
          principal: { callersVia: 'secretsmanager.{region}' },
          actions: ['kms:GenerateDataKey*', 'kms:Decrypt', 'kms:CreateGrant', 'kms:DescribeKey'],
        },
      ],
      documentation:
        'https://docs.aws.amazon.com/secretsmanager/latest/userguide/security-encryption.html',
    },
  ],
  notes: [],
}
