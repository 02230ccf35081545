import {
  allow,
  arn,
  deny,
  EVERYBODY,
  type Pairs,
  policy,
  ROOT,
  sized,
  when,
  without,
  withoutVersion,
} from '../support.js'

export const GRAMMAR_PAIRS: Pairs = {
  'unknown-element': [
    [policy({ ...allow(), Principle: '*' } as never), policy(allow())],
    [{ ...policy(), Statements: [] } as never, { ...policy(), Id: 'x' }],
  ],
  'unknown-version': [
    [
      { ...policy(), Version: '2012-10-18' },
      { ...policy(), Version: '2008-10-17' },
    ],
  ],
  'missing-version': [[withoutVersion(policy()), policy()]],
  effect: [
    [policy(allow({ Effect: 'allow' })), policy(allow())],
    [policy(without('Effect', deny(EVERYBODY))), policy(deny(EVERYBODY))],
  ],
  'missing-principal': [
    [policy(without('Principal', allow())), policy(allow())],
    [policy(allow({ Principal: {} })), policy(allow())],
    [policy(allow({ NotPrincipal: { AWS: arn('user/bob') } })), policy(allow())],
  ],
  'missing-action': [
    [policy(without('Action', allow())), policy(allow())],
    [policy(allow({ Action: [] })), policy(allow({ Action: ['kms:Decrypt'] }))],
    [policy(allow({ NotAction: 'kms:Encrypt' })), policy(deny({ Action: 'kms:Encrypt' }))],
  ],
  resource: [
    [policy(without('Resource', allow())), policy(allow())],
    [
      policy(allow({ Resource: 'arn:aws:kms:us-east-1:111122223333:key/*' })),
      policy(allow({ Resource: ['*'] })),
    ],
    [policy({ ...allow(), NotResource: 'x' }), policy(allow())],
  ],
  'duplicate-name': [
    [
      { document: policy(), text: '{"Version": "2012-10-17", "Statement": [], "Statement": []}' },
      { document: policy(), text: JSON.stringify(policy()) },
    ],
  ],
  'duplicate-condition-key': [
    [
      policy(
        when({
          StringEquals: {
            'aws:PrincipalOrgID': 'o-exampleorgid',
            'AWS:PrincipalOrgId': 'o-otherorgid0',
          },
        }),
      ),
      policy(when({ StringEquals: { 'aws:PrincipalOrgID': ['o-exampleorgid', 'o-otherorgid0'] } })),
    ],
  ],
  'duplicate-sid': [
    [
      policy(allow({ Sid: 'a' }), allow({ Sid: 'a', Action: 'kms:Encrypt' })),
      policy(allow({ Sid: 'a' }), allow({ Sid: 'b' })),
    ],
    [policy(allow({ Sid: ROOT.Sid as string })), policy(allow({ Sid: '' }), allow({ Sid: '' }))],
  ],
  'too-large': [[sized(131_072), sized(120_000)]],
  large: [[sized(32_768), sized(30_000)]],
  'hidden-characters': [[policy(allow({ Sid: 'a\u200bdmin' })), policy(allow({ Sid: 'Grüße' }))]],
}
