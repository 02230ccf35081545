import {
  allow,
  arn,
  CONTEXT,
  deny,
  EVERYBODY,
  OTHER,
  only,
  type Pairs,
  policy,
  ROOT,
  sts,
  without,
} from '../support.js'

export const LOCKOUT_PAIRS: Pairs = {
  lockout: [
    [only(allow()), only(allow({ Action: 'kms:PutKeyPolicy' }))],
    [only(allow({ ...ROOT, Principal: { AWS: arn('root', OTHER) } })), only(ROOT)],
    [only({ ...ROOT, Action: 'kms:Get*' }), only({ ...ROOT, Action: ['kms:Get*', 'kms:Put*'] })],
    [
      policy(deny({ ...EVERYBODY, Action: 'kms:*' })),
      policy(deny({ ...EVERYBODY, Action: 'kms:ScheduleKeyDeletion' })),
    ],
    [
      policy(deny({ Principal: { AWS: arn('root') }, Action: 'kms:Put*' })),
      policy(deny({ Principal: { AWS: arn('user/alice') }, Action: 'kms:Put*' })),
    ],
    [
      only(
        allow({ Principal: { AWS: arn('user/alice') }, Action: 'kms:*' }),
        without('Action', deny({ Principal: { AWS: arn('user/alice') }, NotAction: 'kms:Get*' })),
      ),
      only(
        allow({ Principal: { AWS: arn('user/alice') }, Action: 'kms:*' }),
        deny({ Principal: { AWS: arn('user/bob') }, Action: 'kms:*' }),
      ),
    ],
    [
      policy(
        without(
          'Principal',
          deny({ NotPrincipal: { Service: 's3.amazonaws.com' }, Action: 'kms:*' }),
        ),
      ),
      policy(
        without(
          'Principal',
          deny({ NotPrincipal: { AWS: [arn('root'), arn('role/admin')] }, Action: 'kms:*' }),
        ),
      ),
    ],
    [
      only(allow({ Principal: { AWS: 'AIDACKCEVSQ6C2EXAMPLE' }, Action: 'kms:*' })),
      only(allow({ Action: 'kms:*' })),
    ],
    [only(allow({ Principal: { Service: 's3.amazonaws.com' }, Action: 'kms:*' })), only(ROOT)],
    // Whoever denies all but calls for a source denies people, whose calls have none: absent is not equal.
    [
      policy(
        deny({
          ...EVERYBODY,
          Action: 'kms:*',
          Condition: { StringNotEquals: { 'aws:SourceAccount': '111122223333' } },
        }),
      ),
      policy(
        deny({
          ...EVERYBODY,
          Action: 'kms:*',
          Condition: {
            StringNotEquals: { 'aws:SourceAccount': '111122223333' },
            Null: { 'aws:SourceAccount': 'false' },
          },
        }),
      ),
    ],
    [
      policy(
        deny({
          ...EVERYBODY,
          Action: 'kms:*',
          Condition: { StringNotEquals: { 'aws:PrincipalAccount': OTHER } },
        }),
      ),
      policy(
        deny({
          ...EVERYBODY,
          Action: 'kms:*',
          Condition: { StringNotEquals: { 'aws:PrincipalAccount': '111122223333' } },
        }),
      ),
    ],
    // PutKeyPolicy has no encryption context.
    [
      only({ ...ROOT, Condition: CONTEXT }),
      only({ ...ROOT, Condition: { Bool: { 'aws:MultiFactorAuthPresent': 'true' } } }),
    ],
  ],
  'caller-lockout': [
    [
      { document: only(allow({ Action: 'kms:*' })), callerArn: arn('user/alice') },
      { document: policy(allow({ Action: 'kms:*' })), callerArn: arn('user/alice') },
    ],
    [
      { document: only(allow({ Action: 'kms:*' })), callerArn: sts('assumed-role/other/me') },
      { document: only(allow({ Action: 'kms:*' })), callerArn: sts('assumed-role/app/me') },
    ],
    [
      {
        document: policy(deny({ Principal: { AWS: arn('user/alice') }, Action: 'kms:Put*' })),
        callerArn: arn('user/alice'),
      },
      {
        document: policy(deny({ Principal: { AWS: arn('user/alice') }, Action: 'kms:Put*' })),
        callerArn: arn('user/bob'),
      },
    ],
    // The path of a role is not in the ARN of its sessions.
    [
      {
        document: only(allow({ Principal: { AWS: arn('role/team/x') }, Action: 'kms:*' })),
        callerArn: sts('assumed-role/team/x'),
      },
      {
        document: only(allow({ Principal: { AWS: arn('role/team/x') }, Action: 'kms:*' })),
        callerArn: sts('assumed-role/x/me'),
      },
    ],
    [
      {
        document: policy(
          deny({
            ...EVERYBODY,
            Action: 'kms:Put*',
            Condition: { ArnNotLike: { 'aws:PrincipalArn': arn('user/admin-*') } },
          }),
        ),
        callerArn: arn('user/alice'),
      },
      {
        document: policy(
          deny({
            ...EVERYBODY,
            Action: 'kms:Put*',
            Condition: { ArnNotLike: { 'aws:PrincipalArn': arn('user/admin-*') } },
          }),
        ),
        callerArn: arn('user/admin-alice'),
      },
    ],
  ],
  'lockout-conditional': [
    [
      only({ ...ROOT, Condition: { Bool: { 'aws:MultiFactorAuthPresent': 'true' } } }),
      only({ ...ROOT, Condition: { StringEquals: { 'kms:CallerAccount': '111122223333' } } }),
    ],
  ],
  'no-iam-delegation': [[only(allow({ Action: 'kms:*' })), policy(allow({ Action: 'kms:*' }))]],
  'deny-everybody': [
    [
      policy(deny(EVERYBODY)),
      policy(deny({ ...EVERYBODY, Condition: { Bool: { 'aws:SecureTransport': 'false' } } })),
    ],
    [policy(deny({ Principal: { AWS: '111122223333' } })), policy(deny())],
  ],
}
