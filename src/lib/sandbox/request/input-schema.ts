/**
 * Input shapes: what a member may hold, checked and worded as KMS's front does.
 *
 * A value of the wrong JSON type is a SerializationException at once; broken constraints are
 * collected, so that one answer names them all ("2 validation errors detected: …").
 */

import { ServiceError } from '../http/service-error.js'
import { validation } from '../model/errors.js'

interface Shape<T> {
  readonly required: boolean
  readonly read: (value: unknown, path: string, problems: string[]) => T
}

interface RequiredShape<T> extends Shape<T> {
  readonly required: true
}

export type Members = Readonly<Record<string, Shape<unknown>>>

type Value<S> = S extends Shape<infer T> ? T : never

/** What the handlers get: required members are there, the others may be undefined. */
export type Input<M extends Members> = {
  [K in keyof M as M[K] extends RequiredShape<unknown> ? K : never]: Value<M[K]>
} & {
  [K in keyof M as M[K] extends RequiredShape<unknown> ? never : K]: Value<M[K]> | undefined
}

export function required<T>(shape: Shape<T>): RequiredShape<T> {
  return { ...shape, required: true }
}

function shape<T>(read: Shape<T>['read']): Shape<T> {
  return { required: false, read }
}

function mistyped(what: string): ServiceError {
  return new ServiceError('SerializationException', `${what} can not be converted to the member`)
}

interface TextLimits {
  min?: number
  max?: number
  pattern?: RegExp
}

export function text(limits: TextLimits = {}): Shape<string> {
  return shape((value, path, problems) => {
    if (typeof value !== 'string') throw mistyped(`${path}: ${jsonType(value)}`)
    checkLength(value.length, limits, `Value '${value}' at '${path}'`, problems)
    if (limits.pattern !== undefined && !limits.pattern.test(value)) {
      const pattern = limits.pattern.source.replaceAll('\\/', '/')
      const constraint = `Member must satisfy regular expression pattern: ${pattern}`
      problems.push(`Value '${value}' at '${path}' failed to satisfy constraint: ${constraint}`)
    }
    return value
  })
}

export function oneOf<const T extends readonly string[]>(names: T): Shape<T[number]> {
  return shape((value, path, problems) => {
    if (typeof value !== 'string') throw mistyped(`${path}: ${jsonType(value)}`)
    if (!names.includes(value)) {
      const constraint = `Member must satisfy enum value set: [${names.join(', ')}]`
      problems.push(`Value '${value}' at '${path}' failed to satisfy constraint: ${constraint}`)
    }
    return value
  })
}

export function integer(limits: { min?: number; max?: number } = {}): Shape<number> {
  return shape((value, path, problems) => {
    if (typeof value !== 'number') throw mistyped(`${path}: ${jsonType(value)}`)
    const whole = Math.trunc(value)
    const say = (constraint: string) =>
      problems.push(`Value '${whole}' at '${path}' failed to satisfy constraint: ${constraint}`)
    if (limits.max !== undefined && whole > limits.max) {
      say(`Member must have value less than or equal to ${limits.max}`)
    }
    if (limits.min !== undefined && whole < limits.min) {
      say(`Member must have value greater than or equal to ${limits.min}`)
    }
    return whole
  })
}

export function flag(): Shape<boolean> {
  return shape((value, path) => {
    if (typeof value !== 'boolean') throw mistyped(`${path}: ${jsonType(value)}`)
    return value
  })
}

/** Binary data travels as base64. Its value is left out of messages (as recorded for Encrypt). */
export function blob(limits: { min?: number; max?: number } = {}): Shape<Buffer> {
  return shape((value, path, problems) => {
    if (typeof value !== 'string' || !/^[A-Za-z0-9+/\s]*={0,2}\s*$/.test(value)) {
      throw mistyped(`${path}: ${jsonType(value)} that is not base64`)
    }
    const bytes = Buffer.from(value, 'base64')
    checkLength(bytes.length, limits, `Value at '${path}'`, problems)
    return bytes
  })
}

export function list<T>(member: Shape<T>, limits: { max?: number } = {}): Shape<T[]> {
  return shape((value, path, problems) => {
    if (!Array.isArray(value)) throw mistyped(`${path}: ${jsonType(value)}`)
    checkLength(value.length, limits, `Value '${JSON.stringify(value)}' at '${path}'`, problems)
    return value.map((item, index) => member.read(item, `${path}.${index + 1}.member`, problems))
  })
}

/** A map of texts: an encryption context. */
export function texts(): Shape<Record<string, string>> {
  return shape((value, path) => {
    const entries = Object.entries(object(value, path))
    for (const [name, item] of entries) {
      if (typeof item !== 'string') throw mistyped(`${path}.${name}: ${jsonType(item)}`)
    }
    return Object.fromEntries(entries) as Record<string, string>
  })
}

export function structure<M extends Members>(members: M): Shape<Input<M>> {
  return shape((value, path, problems) => {
    const given = object(value, path)
    const read: Record<string, unknown> = {}
    for (const [name, member] of Object.entries(members)) {
      const at = path === '' ? lowerFirst(name) : `${path}.${lowerFirst(name)}`
      // A null member counts as an absent one; a member that is not in the table is ignored.
      const item = Object.hasOwn(given, name) ? given[name] : undefined
      if (item !== undefined && item !== null) {
        read[name] = member.read(item, at, problems)
      } else if (member.required) {
        problems.push(`Value null at '${at}' failed to satisfy constraint: Member must not be null`)
      }
    }
    return read as Input<M>
  })
}

/** Reads an operation's input or says, as KMS does, everything that is wrong with it. */
export function readInput<M extends Members>(members: M, body: unknown): Input<M> {
  const problems: string[] = []
  const input = structure(members).read(body, '', problems)
  if (problems.length > 0) {
    const noun = problems.length === 1 ? 'error' : 'errors'
    throw validation(`${problems.length} validation ${noun} detected: ${problems.join('; ')}`)
  }
  return input
}

function object(value: unknown, path: string): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw mistyped(`${path === '' ? 'the input' : path}: ${jsonType(value)}`)
  }
  return value as Record<string, unknown>
}

function checkLength(
  length: number,
  limits: { min?: number; max?: number },
  subject: string,
  problems: string[],
): void {
  const say = (bound: string, limit: number) =>
    problems.push(
      `${subject} failed to satisfy constraint: Member must have length ${bound} than or equal to ${limit}`,
    )
  if (limits.max !== undefined && length > limits.max) say('less', limits.max)
  if (limits.min !== undefined && length < limits.min) say('greater', limits.min)
}

function lowerFirst(name: string): string {
  return name.charAt(0).toLowerCase() + name.slice(1)
}

function jsonType(value: unknown): string {
  if (value === null) return 'NULL'
  if (Array.isArray(value)) return 'LIST'
  return `${typeof value}_VALUE`.toUpperCase()
}
