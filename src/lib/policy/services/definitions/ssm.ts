import {
  type ServiceConditions,
  type ServiceEntry,
  type ServiceStatement,
  SYMMETRIC,
} from '../model/service.js'

const DOCUMENTATION =
  'https://docs.aws.amazon.com/kms/latest/developerguide/services-parameter-store.html'

/** Encrypt is for standard parameters, GenerateDataKey* for advanced ones. */
const statements = (conditions?: ServiceConditions): readonly ServiceStatement[] => [
  {
    sid: 'Allow use of the key through Parameter Store',
    principal: { callersVia: 'ssm.{region}' },
    actions: ['kms:Encrypt', 'kms:GenerateDataKey*', 'kms:Decrypt'],
    ...(conditions === undefined ? {} : { conditions }),
  },
]

export const SSM_ENTRY: ServiceEntry = {
  name: 'ssm',
  title: 'AWS Systems Manager Parameter Store, SecureString parameters',
  calledBy: 'its users',
  key: SYMMETRIC,
  uses: [
    {
      purpose: 'encrypt one parameter, or those below a path',
      source: {
        what: 'a parameter',
        services: { ssm: null },
        resource: /^parameter\/.+$/,
        example: 'arn:aws:ssm:us-east-1:111122223333:parameter/app/*',
        region: 'same',
        account: 'any',
        wildcards: true,
      },
      statements: statements({
        StringLike: { 'kms:EncryptionContext:PARAMETER_ARN': '{source}' },
      }),
      documentation: DOCUMENTATION,
    },
    {
      purpose: 'encrypt any parameter',
      source: null,
      statements: statements(),
      documentation: DOCUMENTATION,
    },
  ],
  notes: [],
}
