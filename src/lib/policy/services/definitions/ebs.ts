import { type ServiceEntry, SYMMETRIC } from '../model/service.js'

/** EBS's requests come from EC2 (kms:ViaService in the KMS Developer Guide). */
const CALLERS = { callersVia: 'ec2.{region}' }

export const EBS_ENTRY: ServiceEntry = {
  name: 'ebs',
  title: 'Amazon EBS, encrypted volumes and snapshots',
  calledBy: 'its users',
  key: SYMMETRIC,
  uses: [
    {
      purpose: 'create, attach and copy encrypted volumes and snapshots',
      source: null,
      // The actions of the key policy of the AWS managed key aws/ebs.
      statements: [
        {
          sid: 'Allow use of the key through EBS',
          principal: CALLERS,
          actions: [
            'kms:Encrypt',
            'kms:Decrypt',
            'kms:ReEncrypt*',
            'kms:GenerateDataKey*',
            'kms:DescribeKey',
          ],
        },
        {
          sid: 'Allow attachment of encrypted volumes through EBS',
          principal: CALLERS,
          actions: ['kms:CreateGrant'],
          conditions: { Bool: { 'kms:GrantIsForAWSResource': 'true' } },
        },
      ],
      documentation:
        'https://docs.aws.amazon.com/ebs/latest/userguide/ebs-encryption-requirements.html',
    },
  ],
  notes: [
    'Instances that Auto Scaling launches need its role: add --service autoscaling.',
    'The page names permissions and shows no key policy: the actions are those of the AWS managed key aws/ebs.',
  ],
}
