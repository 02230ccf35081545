import { readFileSync } from 'node:fs'
import { Ajv } from 'ajv'
import formats from 'ajv-formats'

const ajv = new Ajv({ allErrors: true, strictTypes: false })
formats.default(ajv)
const validators = new Map<string, ReturnType<Ajv['compile']>>()

/**
 * Holds what a command printed under `--json` to its schema in `schemas/` (contract 4): a
 * failure to that of failures. Throws with the differences.
 *
 * @param id the command's ID, `deletion:schedule` or with spaces
 */
export function checkResult(id: string, stdout: string): void {
  const document = JSON.parse(stdout)
  // A list that broke off holds the keys that were read, and what broke it off.
  const failed = 'error' in document && !('keys' in document)
  const name = failed ? 'error' : id.replaceAll(/[: ]/g, '-')
  const validate = validators.get(name) ?? compile(name)
  if (validate(document)) return
  throw new Error(`${id}: not valid under schemas/${name}.json: ${ajv.errorsText(validate.errors)}`)
}

function compile(name: string) {
  const path = new URL(`../../schemas/${name}.json`, import.meta.url)
  const validate = ajv.compile(JSON.parse(readFileSync(path, 'utf8')))
  validators.set(name, validate)
  return validate
}
