import { type ServiceEntry, SYMMETRIC } from '../model/service.js'

export const ECR_ENTRY: ServiceEntry = {
  name: 'ecr',
  title: 'Amazon ECR, encrypted repositories',
  calledBy: 'its users',
  key: SYMMETRIC,
  uses: [
    {
      purpose: 'create and delete encrypted repositories',
      source: null,
      statements: [
        {
          sid: 'Allow use of the key through ECR',
          principal: { callersVia: 'ecr.{region}' },
          actions: ['kms:CreateGrant', 'kms:RetireGrant', 'kms:DescribeKey'],
        },
      ],
      documentation:
        'https://docs.aws.amazon.com/AmazonECR/latest/userguide/encryption-at-rest.html#encryption-customer-managed-key',
    },
  ],
  notes: [
    'kms:RetireGrant has no effect in a key policy: whoever deletes repositories needs it in an IAM policy.',
  ],
}
