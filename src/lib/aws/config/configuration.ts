import { loadSharedConfigFiles } from '@smithy/core/config'
import { usageError } from '../../errors.js'

/** The environment's variables. */
export type Env = Readonly<Record<string, string | undefined>>
type Section = Readonly<Record<string, string | undefined>>

/** The shared configuration and credentials files, and the profile of them that is in force. */
export interface Configuration {
  /** The profile's name; `default` where none is named. */
  readonly profile: string
  /** What named it. */
  readonly namedBy: '--profile' | 'AWS_PROFILE' | 'default'
  /** Both files' settings of the profile; undefined where neither has it. */
  readonly settings: Section | undefined
  /** Both files' settings of any profile. */
  section(profile: string): Section | undefined
  /** A `[services NAME]` section: its keys are `kms.endpoint_url` and the like. */
  services(name: string): Section | undefined
}

/** Where the embedded KMS answers, no file is read. */
export const NO_CONFIGURATION: Configuration = {
  profile: 'default',
  namedBy: 'default',
  settings: undefined,
  section: () => undefined,
  services: () => undefined,
}

/** Reads the shared files, as the SDK does and through it: it reads each once a process. */
export async function readConfiguration(
  env: Env,
  profileFlag: string | undefined,
): Promise<Configuration> {
  if (profileFlag === '') throw usageError('--profile is empty: name a profile or leave it out')
  const { configFile, credentialsFile } = await loadSharedConfigFiles()
  const section = (name: string): Section | undefined => {
    if (configFile[name] === undefined && credentialsFile[name] === undefined) return undefined
    return { ...configFile[name], ...credentialsFile[name] }
  }
  const named = profileFlag ?? (env.AWS_PROFILE || undefined)
  const profile = named ?? 'default'
  return {
    profile,
    namedBy:
      profileFlag !== undefined ? '--profile' : named !== undefined ? 'AWS_PROFILE' : 'default',
    settings: section(profile),
    section,
    services: (name) => configFile[`services.${name}`],
  }
}

/** `true` and `false`, as the SDKs write them. */
export function isTrue(value: string | undefined): boolean {
  return value?.toLowerCase() === 'true'
}
