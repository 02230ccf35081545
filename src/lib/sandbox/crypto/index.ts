/**
 * The cryptography of the embedded KMS: everything that its operations need of a key's secret.
 *
 * The sandbox is for rehearsals. Its secrets lie in a file in the clear and its big-number
 * arithmetic is not constant time, so nothing worth keeping belongs under these keys. What it
 * produces is nevertheless the real thing: signatures, MACs, RSA ciphertexts and public keys are
 * those that any other program makes or checks with the same key.
 */
export { mac, verifyMac } from './mac.js'
export { generateMaterial, type Material, publicKeyDer, supportedKeySpec } from './material.js'
export { decryptRsa, encryptRsa } from './rsa.js'
export { type MessageType, sign, verify } from './signing.js'
export { algorithms } from './specs.js'
export { decryptSymmetric, encryptSymmetric, readSymmetricBlob } from './symmetric.js'
