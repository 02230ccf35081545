import { allow, arn, deny, type Pairs, policy, when, without } from '../support.js'

export const ACTIONS_PAIRS: Pairs = {
  'unknown-action': [
    [policy(allow({ Action: 'kms:Decrpyt' })), policy(allow({ Action: 'KMS:decrypt' }))],
    [policy(allow({ Action: 'kms:Sing*' })), policy(allow({ Action: 'kms:Sign*' }))],
    [policy(allow({ Action: 'Decrypt' })), policy(allow({ Action: 'kms:Decrypt' }))],
    [policy(deny({ Action: 'kms:' })), policy(deny({ Action: 'kms:?ecrypt' }))],
  ],
  'foreign-action': [
    [
      policy(allow({ Action: ['kms:Decrypt', 's3:GetObject'] })),
      policy(allow({ Action: ['kms:Decrypt', '*'] })),
    ],
  ],
  'iam-only-action': [
    [policy(allow({ Action: 'kms:ListKeys' })), policy(allow({ Action: 'kms:List*' }))],
    [policy(allow({ Action: 'kms:CreateKey' })), policy(allow({ Action: 'kms:RetireGrant' }))],
  ],
  'not-action-allow': [
    [
      policy(without('Action', allow({ NotAction: 'kms:PutKeyPolicy' }))),
      policy(without('Action', deny({ NotAction: 'kms:Decrypt' }))),
    ],
  ],
  'create-grant-unlimited': [
    [
      policy(allow({ Action: 'kms:CreateGrant' })),
      policy(
        when({ Bool: { 'kms:GrantIsForAWSResource': 'true' } }, { Action: 'kms:CreateGrant' }),
      ),
    ],
    [
      policy(allow({ Action: ['kms:Create*'] })),
      policy(
        when(
          { StringEquals: { 'kms:ViaService': 'ecr.us-east-1.amazonaws.com' } },
          { Action: 'kms:CreateGrant' },
        ),
      ),
    ],
  ],
  'admin-uses-key': [
    [policy(allow({ Action: 'kms:*' })), policy(allow({ Action: 'kms:Put*' }))],
    [
      policy(allow({ Action: 'kms:Put*' }), allow()),
      policy(allow({ Action: 'kms:Put*' }), allow({ Principal: { AWS: arn('user/bob') } })),
    ],
  ],
  'unsuited-action': [
    [
      { document: policy(allow()), keyUsage: 'SIGN_VERIFY', keySpec: 'ECC_NIST_P256' },
      {
        document: policy(allow({ Action: ['kms:Sign', 'kms:*'] })),
        keyUsage: 'SIGN_VERIFY',
        keySpec: 'ECC_NIST_P256',
      },
    ],
    [
      {
        document: policy(allow({ Action: 'kms:GenerateDataKey*' })),
        keyUsage: 'ENCRYPT_DECRYPT',
        keySpec: 'RSA_2048',
      },
      {
        document: policy(allow({ Action: 'kms:GenerateDataKey*' })),
        keyUsage: 'ENCRYPT_DECRYPT',
        keySpec: 'SYMMETRIC_DEFAULT',
      },
    ],
  ],
  'repeated-action': [
    [
      policy(allow({ Action: ['kms:Encrypt', 'kms:Enc*'] })),
      policy(allow({ Action: ['kms:Encrypt', 'kms:Dec*'] })),
    ],
    [
      policy(allow({ Action: ['kms:Encrypt', 'kms:encrypt'] })),
      policy(allow({ Action: 'kms:Encrypt' })),
    ],
  ],
}
