/** Every operation that the sandbox implements, by its name. */
import type { Operation } from '../request/request-context.js'
import { CreateAlias, DeleteAlias, ListAliases, UpdateAlias } from './aliases.js'
import { Decrypt, Encrypt, ReEncrypt } from './cipher.js'
import { GenerateDataKey, GenerateDataKeyWithoutPlaintext, GenerateRandom } from './data-keys.js'
import { CancelKeyDeletion, ScheduleKeyDeletion } from './deletion.js'
import { CreateGrant, ListGrants, RetireGrant, RevokeGrant } from './grants.js'
import {
  CreateKey,
  DescribeKey,
  DisableKey,
  EnableKey,
  ListKeys,
  UpdateKeyDescription,
} from './keys.js'
import { GetKeyPolicy, ListKeyPolicies, PutKeyPolicy } from './policies.js'
import { ReplicateKey } from './replicas.js'
import {
  DisableKeyRotation,
  EnableKeyRotation,
  GetKeyRotationStatus,
  ListKeyRotations,
  RotateKeyOnDemand,
} from './rotation.js'
import { GenerateMac, GetPublicKey, Sign, Verify, VerifyMac } from './signing.js'
import { ListResourceTags, TagResource, UntagResource } from './tags.js'
import { GetKeyLastUsage } from './usage.js'

export const operations: ReadonlyMap<string, Operation> = new Map<string, Operation>(
  Object.entries({
    CancelKeyDeletion,
    CreateAlias,
    CreateGrant,
    CreateKey,
    Decrypt,
    DeleteAlias,
    DescribeKey,
    DisableKey,
    DisableKeyRotation,
    EnableKey,
    EnableKeyRotation,
    Encrypt,
    GenerateDataKey,
    GenerateDataKeyWithoutPlaintext,
    GenerateMac,
    GenerateRandom,
    GetKeyLastUsage,
    GetKeyPolicy,
    GetKeyRotationStatus,
    GetPublicKey,
    ListAliases,
    ListGrants,
    ListKeyPolicies,
    ListKeyRotations,
    ListKeys,
    ListResourceTags,
    PutKeyPolicy,
    ReEncrypt,
    ReplicateKey,
    RetireGrant,
    RevokeGrant,
    RotateKeyOnDemand,
    ScheduleKeyDeletion,
    Sign,
    TagResource,
    UntagResource,
    UpdateAlias,
    UpdateKeyDescription,
    Verify,
    VerifyMac,
  }),
)
