import { usageError } from '../../errors.js'
import { type Configuration, type Env, isTrue } from './configuration.js'

/** An endpoint that somebody configured, and the flag, variable or profile that did. */
export interface ConfiguredEndpoint {
  readonly url: string
  readonly source: string
}

/**
 * A service's endpoint as the AWS SDKs' reference guide orders them: AWS_ENDPOINT_URL_SERVICE,
 * AWS_ENDPOINT_URL, the profile's `services` section, the profile's `endpoint_url`. The SDK's own
 * reading takes no notice of `--profile`, and passes over a `services` section that does not exist,
 * so that calls meant for elsewhere would reach AWS.
 *
 * @throws KmsctlError `Usage`
 */
export function configuredEndpoint(
  service: 'kms' | 'sts',
  env: Env,
  configuration: Configuration,
): ConfiguredEndpoint | undefined {
  const { settings } = configuration
  if (isTrue(env.AWS_IGNORE_CONFIGURED_ENDPOINT_URLS ?? settings?.ignore_configured_endpoint_urls))
    return undefined
  for (const source of [`AWS_ENDPOINT_URL_${service.toUpperCase()}`, 'AWS_ENDPOINT_URL']) {
    const url = env[source]
    if (url) return checked({ url, source })
  }
  if (settings === undefined) return undefined
  const profile = `profile ${configuration.profile}`
  const name = settings.services
  if (name !== undefined) {
    const section = configuration.services(name)
    if (section === undefined) {
      throw usageError(`${profile} names services ${name}, but the config file has no such section`)
    }
    const url = section[`${service}.endpoint_url`]
    if (url) return checked({ url, source: `services ${name} of ${profile}` })
  }
  const url = settings.endpoint_url
  return url ? checked({ url, source: `endpoint_url of ${profile}` }) : undefined
}

function checked(endpoint: ConfiguredEndpoint): ConfiguredEndpoint {
  const { url, source } = endpoint
  if (URL.canParse(url) && /^https?:$/.test(new URL(url).protocol)) return endpoint
  throw usageError(`endpoint ${JSON.stringify(url)} (${source}) is no http or https URL`)
}
