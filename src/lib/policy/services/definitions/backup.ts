import { type ServiceEntry, SYMMETRIC } from '../model/service.js'

/** "backup.*": copies to other Regions come from the Backup there. */
const BACKUP = 'backup.*'

export const BACKUP_ENTRY: ServiceEntry = {
  name: 'backup',
  title: 'AWS Backup, vaults',
  calledBy: 'its users',
  key: SYMMETRIC,
  uses: [
    {
      purpose: 'encrypt the backups in a vault',
      source: null,
      statements: [
        {
          sid: 'Allow use of the key for backups',
          // The page holds only CreateGrant to Backup: its role also works through other services.
          principal: { callersVia: BACKUP, namedDirectly: true },
          actions: ['kms:DescribeKey', 'kms:RetireGrant', 'kms:Decrypt', 'kms:GenerateDataKey'],
        },
        {
          sid: 'Allow attachment of backups',
          principal: { callersVia: BACKUP },
          actions: ['kms:CreateGrant'],
          conditions: { Bool: { 'kms:GrantIsForAWSResource': 'true' } },
        },
      ],
      documentation:
        'https://docs.aws.amazon.com/aws-backup/latest/devguide/encryption.html#backup-permissions-grants-deny-statements',
    },
  ],
  notes: [
    'Name the role of your backup plans with --user: without, only what Backup itself asks for is allowed, and not what it does through other services.',
    'kms:RetireGrant has no effect in a key policy: whoever creates vaults needs it in an IAM policy.',
  ],
}
