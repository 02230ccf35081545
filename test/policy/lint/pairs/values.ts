import { arn, type Pairs, policy, when } from '../support.js'

export const VALUES_PAIRS: Pairs = {
  'wildcard-without-like': [
    [
      policy(when({ StringEquals: { 'kms:EncryptionContext:App': 'shop-*' } })),
      policy(when({ StringLike: { 'kms:EncryptionContext:App': 'shop-*' } })),
    ],
  ],
  'operator-type': [
    [
      policy(when({ NumericEquals: { 'kms:CallerAccount': '111122223333' } })),
      policy(when({ StringEquals: { 'kms:CallerAccount': '111122223333' } })),
    ],
    [
      policy(when({ StringEquals: { 'aws:SourceIp': '203.0.113.0/24' } })),
      policy(when({ IpAddress: { 'aws:SourceIp': '203.0.113.0/24' } })),
    ],
  ],
  'condition-value': [
    [
      policy(when({ Bool: { 'aws:SecureTransport': 'yes' } })),
      policy(when({ Bool: { 'aws:SecureTransport': true } })),
    ],
    [
      policy(when({ NumericLessThan: { 'aws:MultiFactorAuthAge': '1h' } })),
      policy(when({ NumericLessThan: { 'aws:MultiFactorAuthAge': '3600' } })),
    ],
    [
      policy(when({ DateLessThan: { 'aws:CurrentTime': 'tomorrow' } })),
      policy(when({ DateLessThan: { 'aws:CurrentTime': '2026-01-31T00:00:00Z' } })),
    ],
    [
      policy(when({ ArnEquals: { 'aws:PrincipalArn': 'role/app' } })),
      policy(when({ ArnEquals: { 'aws:PrincipalArn': arn('role/app') } })),
    ],
    [
      policy(when({ StringEquals: { 'kms:ViaService': 's3.amazonaws.com' } })),
      policy(when({ StringEquals: { 'kms:ViaService': 's3.us-east-1.amazonaws.com' } })),
    ],
    [
      policy(
        when({
          StringEquals: { 'kms:RequestAlias': 'arn:aws:kms:us-east-1:111122223333:alias/app' },
        }),
      ),
      policy(when({ StringEquals: { 'kms:RequestAlias': 'alias/app' } })),
    ],
    [
      policy(when({ IpAddress: { 'aws:SourceIp': 'office' } })),
      policy(when({ IpAddress: { 'aws:SourceIp': '2001:db8::/32' } })),
    ],
  ],
  'variable-without-version': [
    [
      {
        ...policy(when({ StringEquals: { 'kms:EncryptionContext:user': '${aws:username}' } })),
        Version: '2008-10-17',
      },
      policy(when({ StringEquals: { 'kms:EncryptionContext:user': '${aws:username}' } })),
    ],
  ],
  'set-operator-missing': [
    [
      policy(when({ StringEquals: { 'kms:EncryptionContextKeys': 'App' } })),
      policy(when({ 'ForAnyValue:StringEquals': { 'kms:EncryptionContextKeys': 'App' } })),
    ],
  ],
  'set-operator-on-single': [
    [
      policy(when({ 'ForAnyValue:StringEquals': { 'kms:CallerAccount': '111122223333' } })),
      policy(when({ StringEquals: { 'kms:CallerAccount': '111122223333' } })),
    ],
  ],
  'for-all-values-absent': [
    [
      policy(when({ 'ForAllValues:StringEquals': { 'kms:EncryptionContextKeys': 'App' } })),
      policy(
        when({
          'ForAllValues:StringEquals': { 'kms:EncryptionContextKeys': 'App' },
          Null: { 'kms:EncryptionContextKeys': 'false' },
        }),
      ),
    ],
  ],
}
