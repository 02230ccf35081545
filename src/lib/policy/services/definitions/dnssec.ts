import type { ServiceEntry, ServiceStatement } from '../model/service.js'

const DOCUMENTATION =
  'https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/access-control-managing-permissions.html#KMS-key-policy-for-DNSSEC'
const DNSSEC = { service: 'dnssec-route53.amazonaws.com' }

const statements = (operator: string, zone: string): readonly ServiceStatement[] => [
  {
    sid: 'Allow Route 53 DNSSEC Service',
    principal: DNSSEC,
    actions: ['kms:DescribeKey', 'kms:GetPublicKey', 'kms:Sign'],
    conditions: {
      StringEquals: { 'aws:SourceAccount': '{sourceAccount}' },
      [operator]: { 'aws:SourceArn': zone },
    },
  },
  {
    sid: 'Allow Route 53 DNSSEC to CreateGrant',
    principal: DNSSEC,
    actions: ['kms:CreateGrant'],
    conditions: { Bool: { 'kms:GrantIsForAWSResource': 'true' } },
  },
]

export const DNSSEC_ENTRY: ServiceEntry = {
  name: 'dnssec',
  title: 'Amazon Route 53, DNSSEC signing',
  calledBy: 'the service',
  // https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/dns-configuring-dnssec-cmk-requirements.html
  key: {
    keySpec: 'ECC_NIST_P256',
    keyUsage: 'SIGN_VERIFY',
    region: 'us-east-1',
    singleRegion: true,
  },
  uses: [
    {
      purpose: 'sign one hosted zone',
      source: {
        what: 'a hosted zone',
        services: { route53: null },
        resource: /^hostedzone\/[A-Z0-9*?]+$/,
        example: 'arn:aws:route53:::hostedzone/Z0123456789EXAMPLE',
        region: 'none',
        account: 'none',
        wildcards: true,
      },
      statements: statements('ArnEquals', '{source}'),
      documentation: DOCUMENTATION,
    },
    {
      purpose: 'sign any hosted zone of the account',
      source: null,
      statements: statements('ArnLike', 'arn:{partition}:route53:::hostedzone/*'),
      documentation: DOCUMENTATION,
    },
  ],
  notes: [],
}
