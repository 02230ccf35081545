import { usageError } from '../../errors.js'
import type { Configuration, Env } from '../config/configuration.js'

const CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g

/**
 * The certificates of AWS_CA_BUNDLE, else of the profile's `ca_bundle`. As for the AWS CLI they are
 * the only ones trusted then: a bundle can narrow what is trusted, too.
 *
 * @throws KmsctlError `Usage` where the file cannot be read or holds no certificate
 */
export async function caBundle(
  env: Env,
  { profile, settings }: Configuration,
): Promise<string | undefined> {
  const named = env.AWS_CA_BUNDLE
    ? { path: env.AWS_CA_BUNDLE, by: 'AWS_CA_BUNDLE' }
    : settings?.ca_bundle
      ? { path: settings.ca_bundle, by: `ca_bundle of profile ${profile}` }
      : undefined
  if (named === undefined) return undefined
  const [{ readFile }, { X509Certificate }] = await Promise.all([
    import('node:fs/promises'),
    import('node:crypto'),
  ])
  const bundle = `CA bundle ${named.path} (${named.by})`
  const pem = await readFile(named.path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    const why = error.code === 'ENOENT' ? 'does not exist' : `cannot be read (${error.code})`
    throw usageError(`${bundle} ${why}`)
  })
  // Node passes over what it cannot read, and then trusts nobody.
  const certificates = pem.match(CERTIFICATE)
  if (certificates === null) throw usageError(`${bundle} holds no PEM certificate`)
  try {
    for (const certificate of certificates) new X509Certificate(certificate)
  } catch {
    throw usageError(`${bundle} holds a certificate that cannot be read`)
  }
  return pem
}
