import { type ServiceEntry, type ServiceStatement, SYMMETRIC } from '../model/service.js'

const DOCUMENTATION =
  'https://docs.aws.amazon.com/autoscaling/ec2/userguide/key-policy-requirements-EBS-encryption.html'
const ROLE = 'role/aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling'

const statements = (role: string): readonly ServiceStatement[] => [
  {
    sid: 'Allow Auto Scaling to use the key',
    principal: { role },
    actions: [
      'kms:Encrypt',
      'kms:Decrypt',
      'kms:ReEncrypt*',
      'kms:GenerateDataKey*',
      'kms:DescribeKey',
    ],
  },
  {
    sid: 'Allow Auto Scaling to attach encrypted volumes',
    principal: { role },
    actions: ['kms:CreateGrant'],
    conditions: { Bool: { 'kms:GrantIsForAWSResource': 'true' } },
  },
]

export const AUTOSCALING_ENTRY: ServiceEntry = {
  name: 'autoscaling',
  title: 'Amazon EC2 Auto Scaling, instances with encrypted EBS volumes',
  calledBy: 'its service-linked role',
  key: SYMMETRIC,
  uses: [
    {
      purpose: 'launch instances with a service-linked role of another name',
      source: {
        what: 'a service-linked role of Auto Scaling',
        services: { iam: null },
        resource: new RegExp(`^${ROLE.replaceAll('.', '\\.')}(?:_[\\w+=,.@-]+)?$`),
        example: `arn:aws:iam::111122223333:${ROLE}_app`,
        region: 'none',
        account: 'any',
        wildcards: false,
      },
      statements: statements('{source}'),
      documentation: DOCUMENTATION,
    },
    {
      purpose: 'launch instances with encrypted EBS volumes',
      source: null,
      statements: statements(`arn:{partition}:iam::{account}:${ROLE}`),
      documentation: DOCUMENTATION,
    },
  ],
  notes: [
    'The role must exist, or KMS refuses the policy: Auto Scaling makes it with the first group, and `aws iam create-service-linked-role --aws-service-name autoscaling.amazonaws.com` at any time.',
    'A group in another account needs a grant from there: see the documentation, and --account.',
  ],
}
