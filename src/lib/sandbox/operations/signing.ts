/** Sign, Verify, GenerateMac, VerifyMac, GetPublicKey. */
import { randomUUID } from 'node:crypto'
import {
  checkCommon,
  conclude,
  material,
  requireAlgorithm,
  usableKey,
} from '../checks/require-usable.js'
import { algorithms, mac, publicKeyDer, sign, verify, verifyMac } from '../crypto/index.js'
import { ServiceError } from '../http/service-error.js'
import { unsupported } from '../model/errors.js'
import { requireState } from '../model/key-states.js'
import { isSymmetric } from '../model/model.js'
import { required } from '../request/input-schema.js'
import * as member from '../request/input-types.js'
import { findKey } from '../request/key-ref.js'
import { reading, writing } from '../request/request-context.js'

const signInput = {
  KeyId: member.keyId,
  Message: required(member.plaintext),
  MessageType: member.messageType,
  GrantTokens: member.grantTokens,
  SigningAlgorithm: member.signingAlgorithm,
  DryRun: member.dryRun,
}

export const Sign = writing(signInput, (call, input) => {
  checkCommon(input)
  const key = usableKey(call, input.KeyId, 'SIGN_VERIFY')
  const algorithm = input.SigningAlgorithm
  requireAlgorithm(key, algorithm, algorithms(key.keySpec, key.keyUsage).signing)
  const signature = sign(material(key), algorithm, input.Message, input.MessageType ?? 'RAW')
  conclude(call, [key], 'Sign', input.DryRun, randomUUID())
  return {
    KeyId: key.arn,
    Signature: signature.toString('base64'),
    SigningAlgorithm: algorithm,
  }
})

export const Verify = writing(
  { ...signInput, Signature: required(member.ciphertext) },
  (call, input) => {
    checkCommon(input)
    const key = usableKey(call, input.KeyId, 'SIGN_VERIFY')
    const algorithm = input.SigningAlgorithm
    requireAlgorithm(key, algorithm, algorithms(key.keySpec, key.keyUsage).signing)
    const type = input.MessageType ?? 'RAW'
    if (!verify(material(key), algorithm, input.Message, type, input.Signature)) {
      throw new ServiceError('KMSInvalidSignatureException', '')
    }
    conclude(call, [key], 'Verify', input.DryRun, randomUUID())
    return { KeyId: key.arn, SignatureValid: true, SigningAlgorithm: algorithm }
  },
)

const macInput = {
  KeyId: member.keyId,
  Message: required(member.plaintext),
  MacAlgorithm: member.macAlgorithm,
  GrantTokens: member.grantTokens,
  DryRun: member.dryRun,
}

export const GenerateMac = writing(macInput, (call, input) => {
  checkCommon(input)
  const key = usableKey(call, input.KeyId, 'GENERATE_VERIFY_MAC')
  const algorithm = input.MacAlgorithm
  requireAlgorithm(key, algorithm, algorithms(key.keySpec, key.keyUsage).mac)
  const made = mac(material(key), algorithm, input.Message)
  conclude(call, [key], 'GenerateMac', input.DryRun, randomUUID())
  return { KeyId: key.arn, Mac: made.toString('base64'), MacAlgorithm: algorithm }
})

export const VerifyMac = writing(
  { ...macInput, Mac: required(member.ciphertext) },
  (call, input) => {
    checkCommon(input)
    const key = usableKey(call, input.KeyId, 'GENERATE_VERIFY_MAC')
    const algorithm = input.MacAlgorithm
    requireAlgorithm(key, algorithm, algorithms(key.keySpec, key.keyUsage).mac)
    if (!verifyMac(material(key), algorithm, input.Message, input.Mac)) {
      throw new ServiceError('KMSInvalidMacException', '')
    }
    conclude(call, [key], 'VerifyMac', input.DryRun, randomUUID())
    return { KeyId: key.arn, MacValid: true, MacAlgorithm: algorithm }
  },
)

/** Not a use of the key: GetPublicKey is not among the operations that GetKeyLastUsage names. */
export const GetPublicKey = reading(
  { KeyId: member.keyId, GrantTokens: member.grantTokens },
  (call, input) => {
    checkCommon(input)
    const key = findKey(call, input.KeyId, { alias: true })
    if (isSymmetric(key) || key.keySpec.startsWith('HMAC_')) {
      throw unsupported(
        `${key.arn} key spec is ${key.keySpec} which is not valid for GetPublicKey.`,
      )
    }
    requireState(call.operation, key)
    const { encryption, signing, keyAgreement } = algorithms(key.keySpec, key.keyUsage)
    return {
      KeyId: key.arn,
      PublicKey: publicKeyDer(material(key)).toString('base64'),
      CustomerMasterKeySpec: key.keySpec,
      KeySpec: key.keySpec,
      KeyUsage: key.keyUsage,
      ...(encryption.length > 0 && { EncryptionAlgorithms: encryption }),
      ...(signing.length > 0 && { SigningAlgorithms: signing }),
      ...(keyAgreement.length > 0 && { KeyAgreementAlgorithms: keyAgreement }),
    }
  },
)
