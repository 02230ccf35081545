import {
  allow,
  arn,
  deny,
  EVERYBODY,
  OTHER,
  type Pairs,
  policy,
  when,
  without,
} from '../support.js'

export const PUBLIC_PAIRS: Pairs = {
  'public-principal': [
    [policy(allow(EVERYBODY)), policy(allow())],
    [policy(allow({ Principal: { AWS: '*' } })), policy(deny({ Principal: { AWS: '*' } }))],
    [
      policy(allow({ Principal: { AWS: [arn('role/app'), '*'] } })),
      policy(allow({ Principal: { AWS: [arn('role/app')] } })),
    ],
    [
      policy(without('Principal', allow({ NotPrincipal: { AWS: arn('user/bob') } }))),
      policy(without('Principal', deny({ NotPrincipal: { AWS: arn('user/bob') } }))),
    ],
    [
      policy(when({ Bool: { 'aws:SecureTransport': 'true' } }, EVERYBODY)),
      policy(when({ StringEquals: { 'aws:PrincipalOrgID': 'o-exampleorgid' } }, EVERYBODY)),
    ],
    [
      policy(when({ StringLike: { 'aws:PrincipalOrgID': 'o-*' } }, EVERYBODY)),
      policy(when({ StringLike: { 'aws:PrincipalOrgID': 'o-exampleorgid' } }, EVERYBODY)),
    ],
    [
      policy(when({ StringEqualsIfExists: { 'aws:PrincipalOrgID': 'o-exampleorgid' } }, EVERYBODY)),
      policy(
        when(
          {
            StringEqualsIfExists: { 'aws:PrincipalOrgID': 'o-exampleorgid' },
            Null: { 'aws:PrincipalOrgID': 'false' },
          },
          EVERYBODY,
        ),
      ),
    ],
    [
      policy(when({ StringNotEquals: { 'kms:CallerAccount': OTHER } }, EVERYBODY)),
      policy(when({ StringEquals: { 'kms:CallerAccount': OTHER } }, EVERYBODY)),
    ],
    [
      policy(
        when(
          { 'ForAllValues:StringLike': { 'aws:PrincipalOrgPaths': 'o-exampleorgid/*' } },
          EVERYBODY,
        ),
      ),
      policy(
        when(
          { 'ForAnyValue:StringLike': { 'aws:PrincipalOrgPaths': 'o-exampleorgid/*' } },
          EVERYBODY,
        ),
      ),
    ],
    [
      policy(when({ ArnLike: { 'aws:PrincipalArn': 'arn:aws:iam::*:role/admin' } }, EVERYBODY)),
      policy(
        when({ ArnLike: { 'aws:PrincipalArn': 'arn:aws:iam::111122223333:role/*' } }, EVERYBODY),
      ),
    ],
    [
      policy(
        when(
          { StringLike: { 'aws:PrincipalArn': 'arn:aws:*::111122223333:role/admin' } },
          EVERYBODY,
        ),
      ),
      policy(
        when({ ArnLike: { 'aws:PrincipalArn': 'arn:aws:*::111122223333:role/admin' } }, EVERYBODY),
      ),
    ],
    [
      policy(
        when({ StringEquals: { 'aws:SourceVpce': ['vpce-0123456789abcdef0', ''] } }, EVERYBODY),
      ),
      policy(when({ StringEquals: { 'aws:SourceVpce': ['vpce-0123456789abcdef0'] } }, EVERYBODY)),
    ],
    [
      policy(when({ IpAddress: { 'aws:SourceIp': '0.0.0.0/0' } }, EVERYBODY)),
      policy(when({ IpAddress: { 'aws:SourceIp': '203.0.113.0/24' } }, EVERYBODY)),
    ],
    [
      policy(when({ ArnLike: { 'aws:SourceArn': 'arn:aws:s3:::*' } }, EVERYBODY)),
      policy(when({ ArnLike: { 'aws:SourceArn': 'arn:aws:s3:::my-bucket' } }, EVERYBODY)),
    ],
    [
      policy(when({ StringEquals: { 'aws:PrincipalTag/team': 'shop' } }, EVERYBODY)),
      policy(
        when(
          { StringEquals: { 'aws:PrincipalTag/team': 'shop', 'aws:PrincipalAccount': OTHER } },
          EVERYBODY,
        ),
      ),
    ],
    [
      policy(
        allow(EVERYBODY),
        deny({ ...EVERYBODY, Condition: { StringNotEquals: { 'aws:PrincipalTag/team': 'shop' } } }),
      ),
      policy(
        allow(EVERYBODY),
        deny({
          ...EVERYBODY,
          Condition: { StringNotEquals: { 'aws:PrincipalOrgID': 'o-exampleorgid' } },
        }),
      ),
    ],
    [
      policy(
        allow(EVERYBODY),
        deny({
          ...EVERYBODY,
          Action: 'kms:Encrypt',
          Condition: { StringNotEquals: { 'aws:PrincipalOrgID': 'o-exampleorgid' } },
        }),
      ),
      policy(
        allow(EVERYBODY),
        deny({
          ...EVERYBODY,
          Action: '*',
          Condition: {
            StringNotEquals: { 'aws:PrincipalOrgID': 'o-exampleorgid' },
            Bool: { 'aws:PrincipalIsAWSService': 'false' },
          },
        }),
      ),
    ],
    [
      policy(
        allow(EVERYBODY),
        deny({
          ...EVERYBODY,
          Condition: {
            StringNotEquals: { 'aws:PrincipalOrgID': 'o-exampleorgid' },
            Bool: { 'aws:PrincipalIsAWSService': 'true' },
          },
        }),
      ),
      policy(
        allow(EVERYBODY),
        without(
          'Principal',
          deny({ NotPrincipal: { AWS: [arn('root'), arn('role/app')] }, Action: 'kms:*' }),
        ),
      ),
    ],
  ],
  'public-through-service': [
    [
      policy(when({ StringEquals: { 'kms:ViaService': 's3.us-east-1.amazonaws.com' } }, EVERYBODY)),
      policy(
        when(
          {
            StringEquals: {
              'kms:ViaService': 's3.us-east-1.amazonaws.com',
              'kms:CallerAccount': '111122223333',
            },
          },
          EVERYBODY,
        ),
      ),
    ],
  ],
  'everybody-limited': [
    [
      policy(when({ StringEquals: { 'kms:CallerAccount': OTHER } }, EVERYBODY)),
      policy(allow({ Principal: { AWS: OTHER } })),
    ],
  ],
}
