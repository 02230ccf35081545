/**
 * Every refusal of this folder, worded in one place.
 *
 * The API reference says when each error is due; the sentences are those that people quote from
 * AWS's answers and that other emulators record.
 */
import { ServiceError } from '../http/service-error.js'

/** AWS sends this error without a message: a reason would help whoever forges ciphertexts. */
export function invalidCiphertext(): ServiceError {
  return new ServiceError('InvalidCiphertextException', '')
}

/** "The encryption algorithm or signing algorithm … is incompatible with … the KMS key (KeySpec)." */
export function incompatibleAlgorithm(algorithm: string, keySpec: string): ServiceError {
  return new ServiceError(
    'InvalidKeyUsageException',
    `Algorithm ${algorithm} is incompatible with key spec ${keySpec}.`,
  )
}

export function incompatibleMessageType(messageType: string, subject: string): ServiceError {
  return new ServiceError(
    'ValidationException',
    `Message type ${messageType} is incompatible with ${subject}.`,
  )
}

export function wrongLength(what: string, algorithm: string): ServiceError {
  return new ServiceError(
    'ValidationException',
    `${what} is invalid length for algorithm ${algorithm}.`,
  )
}

export function plaintextTooLong(algorithm: string, keySpec: string, limit: number): ServiceError {
  return new ServiceError(
    'ValidationException',
    `Algorithm ${algorithm} and key spec ${keySpec} cannot encrypt data larger than ${limit} bytes.`,
  )
}

/** For what KMS can do and this sandbox, or the Node.js that runs it, cannot. */
export function unsupported(reason: string): ServiceError {
  return new ServiceError('UnsupportedOperationException', `The embedded KMS: ${reason}.`)
}
