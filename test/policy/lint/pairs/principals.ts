import { allow, arn, deny, LOGS, OTHER, type Pairs, policy, TRAIL, when } from '../support.js'

export const PRINCIPALS_PAIRS: Pairs = {
  'ghost-principal': [
    [
      policy(allow({ Principal: { AWS: 'AIDACKCEVSQ6C2EXAMPLE' } })),
      policy(allow({ Principal: { AWS: arn('user/AIDACKCEVSQ6C2EXAMPLE') } })),
    ],
    [
      policy(allow({ Principal: { AWS: [arn('role/app'), 'AROADBQP57FF2AEXAMPLE'] } })),
      policy(allow({ Principal: { AWS: [arn('role/app')] } })),
    ],
    [policy(deny({ Principal: { AWS: 'AROADBQP57FF2AEXAMPLE' } })), policy(deny())],
  ],
  'wildcard-in-principal': [
    [
      policy(allow({ Principal: { AWS: arn('role/*') } })),
      policy(allow({ Principal: { AWS: arn('role/app') } })),
    ],
    [
      policy(allow({ Principal: { Service: '*' } })),
      policy(allow({ Principal: { AWS: arn('root') } })),
    ],
    [
      policy(allow({ Principal: { AWS: 'arn:aws:iam::*:root' } })),
      policy(allow({ Principal: { AWS: arn('root') } })),
    ],
  ],
  'group-principal': [
    [
      policy(allow({ Principal: { AWS: arn('group/admins') } })),
      policy(allow({ Principal: { AWS: arn('user/group/admins') } })),
    ],
  ],
  'malformed-principal': [
    [
      policy(allow({ Principal: arn('role/app') })),
      policy(allow({ Principal: { AWS: arn('role/app') } })),
    ],
    [
      policy(allow({ Principal: { aws: arn('role/app') } })),
      policy(allow({ Principal: { AWS: arn('role/app') } })),
    ],
    [
      policy(allow({ Principal: { AWS: '11112222333' } })),
      policy(allow({ Principal: { AWS: '111122223333' } })),
    ],
    [
      policy(allow({ Principal: { AWS: 'arn:aws:iam::11112222333:root' } })),
      policy(allow({ Principal: { AWS: arn('root') } })),
    ],
    [
      policy(allow({ Principal: { AWS: 'arn:aws:iam:us-east-1:111122223333:root' } })),
      policy(allow({ Principal: { AWS: arn('root') } })),
    ],
    [
      policy(allow({ Principal: { AWS: arn('assumed-role/app/me') } })),
      policy(allow({ Principal: { AWS: 'arn:aws:sts::111122223333:assumed-role/app/me' } })),
    ],
    [
      policy(allow({ Principal: { Service: 's3' } })),
      policy(allow({ Principal: { Service: 's3.amazonaws.com' } })),
    ],
  ],
  'foreign-partition': [
    [
      policy(allow({ Principal: { AWS: 'arn:aws-cn:iam::111122223333:role/app' } })),
      policy(allow()),
    ],
  ],
  'federated-principal': [
    [
      policy(allow({ Principal: { Federated: 'cognito-identity.amazonaws.com' } })),
      policy(allow()),
    ],
  ],
  'external-account-all': [
    [
      policy(allow({ Principal: { AWS: OTHER }, Action: 'kms:*' })),
      policy(allow({ Principal: { AWS: OTHER } })),
    ],
  ],
  'external-account-nothing': [
    [
      policy(allow({ Principal: { AWS: OTHER }, Action: ['kms:EnableKey', 'kms:Tag*'] })),
      policy(allow({ Principal: { AWS: OTHER }, Action: ['kms:EnableKey', 'kms:Decrypt'] })),
    ],
  ],
  'external-account': [
    [policy(allow({ Principal: { AWS: arn('role/app', OTHER) } })), policy(allow())],
  ],
  'confused-deputy': [
    [
      policy(allow(TRAIL)),
      policy(
        when(
          {
            StringEquals: {
              'aws:SourceArn': 'arn:aws:cloudtrail:us-east-1:111122223333:trail/main',
            },
          },
          TRAIL,
        ),
      ),
    ],
    [policy(allow(TRAIL)), policy(allow({ ...TRAIL, Action: 'kms:DescribeKey' }))],
    [
      policy(allow({ Principal: { Service: 's3.amazonaws.com' } })),
      policy(allow({ Principal: { Service: 'events.amazonaws.com' } })),
    ],
    [
      policy(allow(LOGS)),
      policy(
        when(
          {
            ArnLike: {
              'kms:EncryptionContext:aws:logs:arn': 'arn:aws:logs:us-east-1:111122223333:*',
            },
          },
          LOGS,
        ),
      ),
    ],
    [
      policy(
        allow({
          Principal: { Service: 'dnssec-route53.amazonaws.com' },
          Action: 'kms:CreateGrant',
        }),
      ),
      policy(
        when(
          { Bool: { 'kms:GrantIsForAWSResource': true } },
          { Principal: { Service: 'dnssec-route53.amazonaws.com' }, Action: 'kms:CreateGrant' },
        ),
      ),
    ],
  ],
}
