/**
 * AWS's global condition keys, which KMS accepts besides its own. Source: "AWS global condition context
 * keys" in the IAM User Guide, cross-service keys included.
 */
import type { ConditionKey } from './condition-keys.js'

/** A type that only global keys have besides those of KMS's keys. */
export interface GlobalConditionKey extends Omit<ConditionKey, 'type'> {
  readonly type: ConditionKey['type'] | 'IP'
}

const key =
  (type: GlobalConditionKey['type'], multivalued = false) =>
  (name: string): GlobalConditionKey => ({ name, type, multivalued })

export const GLOBAL_CONDITION_KEYS: readonly GlobalConditionKey[] = [
  ...[
    'aws:CalledViaFirst',
    'aws:CalledViaLast',
    'aws:ChatbotSourceArn',
    'aws:Ec2InstanceSourcePrivateIPv4',
    'aws:Ec2InstanceSourceVpc',
    'aws:FederatedProvider',
    'aws:PrincipalAccount',
    'aws:PrincipalOrgID',
    'aws:PrincipalServiceName',
    'aws:PrincipalTag/${TagKey}',
    'aws:PrincipalType',
    'aws:RequestedRegion',
    'aws:RequestTag/${TagKey}',
    'aws:ResourceAccount',
    'aws:ResourceOrgID',
    'aws:ResourceTag/${TagKey}',
    'aws:SourceAccount',
    'aws:SourceIdentity',
    'aws:SourceOrgID',
    'aws:SourceOwner',
    'aws:SourceVpc',
    'aws:SourceVpce',
    'aws:UserAgent',
    'aws:VpceAccount',
    'aws:VpceOrgID',
    'aws:referer',
    'aws:userid',
    'aws:username',
  ].map(key('String')),
  ...[
    'aws:CalledVia',
    'aws:PrincipalOrgPaths',
    'aws:PrincipalServiceNamesList',
    'aws:ResourceOrgPaths',
    'aws:SourceOrgPaths',
    'aws:TagKeys',
    'aws:VpceOrgPaths',
  ].map(key('String', true)),
  ...[
    'aws:AssumedRoot',
    'aws:IsMcpServiceAction',
    'aws:MultiFactorAuthPresent',
    'aws:PrincipalIsAWSService',
    'aws:SecureTransport',
    'aws:ViaAWSMCPService',
    'aws:ViaAWSService',
  ].map(key('Bool')),
  ...['aws:EpochTime', 'aws:MultiFactorAuthAge'].map(key('Numeric')),
  ...['aws:CurrentTime', 'aws:TokenIssueTime'].map(key('Date')),
  ...['aws:SourceIp', 'aws:VpcSourceIp'].map(key('IP')),
  ...[
    'aws:PrincipalArn',
    'aws:SourceArn',
    'aws:SourceVpcArn',
    'ec2:SourceInstanceARN',
    'lambda:SourceFunctionArn',
    'ssm:SourceInstanceARN',
  ].map(key('ARN')),
  key('String')('ec2:RoleDelivery'),
  key('String')('glue:RoleAssumedBy'),
  key('String')('glue:CredentialIssuingService'),
  key('String')('codebuild:BuildArn'),
  key('String')('codebuild:ProjectArn'),
  key('String')('identitystore:UserId'),
]
