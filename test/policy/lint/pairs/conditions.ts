import { allow, CONTEXT, deny, LOGS, OTHER, type Pairs, policy, when } from '../support.js'

export const CONDITIONS_PAIRS: Pairs = {
  'unknown-operator': [
    [
      policy(when({ StringEqual: { 'kms:CallerAccount': '111122223333' } })),
      policy(when({ StringEquals: { 'kms:CallerAccount': '111122223333' } })),
    ],
    // IAM: "Invalid Condition type : stringEquals".
    [
      policy(when({ 'forAnyValue:StringLike': { 'kms:EncryptionContextKeys': 'a' } })),
      policy(when({ 'ForAnyValue:StringLikeIfExists': { 'kms:EncryptionContextKeys': 'a' } })),
    ],
    [
      policy(when({ NullIfExists: { 'aws:TokenIssueTime': 'true' } })),
      policy(when({ Null: { 'aws:TokenIssueTime': 'true' } })),
    ],
  ],
  'forbidden-condition-key': [
    [
      policy(when({ StringEquals: { 'aws:ResourceTag/Team': 'shop' } })),
      policy(when({ StringEquals: { 'aws:PrincipalTag/Team': 'shop' } })),
    ],
    [
      policy(when({ 'ForAnyValue:StringEquals': { 'kms:ResourceAliases': 'alias/app' } })),
      policy(when({ StringEquals: { 'kms:RequestAlias': 'alias/app' } })),
    ],
  ],
  'for-all-values-refused': [
    [
      policy(when({ 'ForAllValues:StringEquals': { 'kms:EncryptionContext:App': 'shop' } })),
      policy(when({ 'ForAllValues:StringEquals': { 'kms:EncryptionContextKeys': 'App' } })),
    ],
  ],
  'unknown-condition-key': [
    [
      policy(when({ StringEquals: { 'kms:ViaServce': 's3.us-east-1.amazonaws.com' } })),
      policy(when({ StringEquals: { 'KMS:viaservice': 's3.us-east-1.amazonaws.com' } })),
    ],
    [
      policy(when({ StringEquals: { 'aws:PrincipalOrganization': 'o-exampleorgid' } })),
      policy(when({ StringEquals: { 'saml:sub': 'x' } })),
    ],
    [policy(when({ StringEquals: { 'kms:EncryptionContext': 'shop' } })), policy(when(CONTEXT))],
  ],
  'condition-key-never-there': [
    [
      policy(when({ Bool: { 'kms:GrantIsForAWSResource': 'true' } }, { Action: 'kms:Encrypt' })),
      policy(
        when({ Bool: { 'kms:GrantIsForAWSResource': 'true' } }, { Action: 'kms:CreateGrant' }),
      ),
    ],
    [
      policy(when({ Bool: { 'kms:GrantIsForAWSResource': 'true' } }, { Action: 'kms:Encrypt' })),
      policy(
        when({ BoolIfExists: { 'kms:GrantIsForAWSResource': 'true' } }, { Action: 'kms:Encrypt' }),
      ),
    ],
  ],
  'context-on-describe-key': [
    [
      policy(when(CONTEXT, { Action: ['kms:Decrypt', 'kms:DescribeKey'] })),
      policy(when(CONTEXT), allow({ Action: 'kms:DescribeKey' })),
    ],
    [
      policy(when(CONTEXT, { Action: ['kms:Decrypt', 'kms:Describe*'] })),
      policy(
        when(
          {
            ArnLike: {
              'kms:EncryptionContext:aws:logs:arn': 'arn:aws:logs:us-east-1:111122223333:*',
            },
          },
          { ...LOGS, Action: ['kms:Decrypt*', 'kms:Describe*'] },
        ),
      ),
    ],
  ],
  'condition-key-for-some': [
    [
      policy(
        when(
          { Bool: { 'kms:GrantIsForAWSResource': 'true' } },
          { Action: ['kms:CreateGrant', 'kms:Encrypt'] },
        ),
      ),
      policy(
        when(
          { Bool: { 'kms:GrantIsForAWSResource': 'true' } },
          { Action: ['kms:CreateGrant', 'kms:ListGrants'] },
        ),
      ),
    ],
    [
      policy(
        deny({
          Action: ['kms:Encrypt', 'kms:GetKeyPolicy'],
          Condition: { StringNotEquals: { 'kms:EncryptionContext:App': 'shop' } },
        }),
      ),
      policy(deny({ Action: ['kms:Encrypt', 'kms:GetKeyPolicy'], Condition: CONTEXT })),
    ],
  ],
  'deprecated-condition-key': [
    [
      policy(when({ StringEquals: { 'kms:CustomerMasterKeySpec': 'SYMMETRIC_DEFAULT' } })),
      policy(when({ StringEquals: { 'kms:KeySpec': 'SYMMETRIC_DEFAULT' } })),
    ],
  ],
  contradiction: [
    [
      policy(
        when({
          StringEquals: { 'kms:KeyOrigin': 'AWS_KMS' },
          StringNotEquals: { 'kms:KeyOrigin': 'AWS_KMS' },
        }),
      ),
      policy(
        when({
          StringEquals: { 'kms:KeyOrigin': 'AWS_KMS' },
          StringNotEquals: { 'kms:KeyOrigin': 'EXTERNAL' },
        }),
      ),
    ],
    [
      policy(
        when({ StringEquals: { 'kms:KeyOrigin': 'AWS_KMS' }, Null: { 'kms:KeyOrigin': 'true' } }),
      ),
      policy(
        when({ StringEquals: { 'kms:KeyOrigin': 'AWS_KMS' }, Null: { 'kms:KeyOrigin': 'false' } }),
      ),
    ],
    [
      policy(
        when({
          NumericGreaterThan: { 'aws:MultiFactorAuthAge': '100' },
          NumericLessThan: { 'aws:MultiFactorAuthAge': '60' },
        }),
      ),
      policy(
        when({
          NumericGreaterThan: { 'aws:MultiFactorAuthAge': '60' },
          NumericLessThan: { 'aws:MultiFactorAuthAge': '100' },
        }),
      ),
    ],
    [
      policy(when({ StringEquals: { 'kms:KeyOrigin': [] } })),
      policy(when({ StringNotEquals: { 'kms:KeyOrigin': [] } })),
    ],
  ],
  'condition-excludes-principals': [
    // The second action carries the key, the first does not.
    [
      policy(
        when(
          { StringEquals: { 'kms:CallerAccount': OTHER } },
          { Action: ['kms:Decrypt', 'kms:CreateGrant'] },
        ),
      ),
      policy(
        when(
          { Bool: { 'kms:GrantIsForAWSResource': 'true' } },
          { Action: ['kms:Decrypt', 'kms:CreateGrant'] },
        ),
      ),
    ],
    [
      policy(when({ StringEquals: { 'kms:CallerAccount': OTHER } })),
      policy(when({ StringEquals: { 'kms:CallerAccount': [OTHER, '111122223333'] } })),
    ],
    [
      policy(when({ StringEquals: { 'aws:PrincipalOrgID': 'o-exampleorgid' } }, LOGS)),
      policy(when({ StringEquals: { 'aws:SourceOrgID': 'o-exampleorgid' } }, LOGS)),
    ],
    [
      {
        document: policy(when({ StringEquals: { 'kms:KeySpec': 'RSA_2048' } })),
        keySpec: 'RSA_3072',
      },
      {
        document: policy(when({ StringEquals: { 'kms:KeySpec': 'RSA_2048' } })),
        keySpec: 'RSA_2048',
      },
    ],
  ],
}
