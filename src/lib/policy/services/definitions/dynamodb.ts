import { type ServiceEntry, SYMMETRIC } from '../model/service.js'

export const DYNAMODB_ENTRY: ServiceEntry = {
  name: 'dynamodb',
  title: 'Amazon DynamoDB',
  calledBy: 'its users',
  key: SYMMETRIC,
  uses: [
    {
      purpose: 'encrypt tables',
      source: null,
      statements: [
        {
          sid: 'Allow use of the key through DynamoDB',
          // Any Region: "so it can make cross-Region calls to support DynamoDB global tables".
          principal: { callersVia: 'dynamodb.*' },
          actions: [
            'kms:Encrypt',
            'kms:Decrypt',
            'kms:ReEncrypt*',
            'kms:GenerateDataKey*',
            'kms:DescribeKey',
            'kms:CreateGrant',
          ],
        },
      ],
      documentation:
        'https://docs.aws.amazon.com/kms/latest/developerguide/services-dynamodb.html#dynamodb-customer-cmk-policy',
    },
  ],
  notes: ['DynamoDB keeps grants on the key: do not revoke them while a table uses it.'],
}
