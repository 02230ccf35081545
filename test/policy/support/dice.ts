import type { GeneratorValue } from 'fast-check'
import fc from 'fast-check'

/** Choices, made by fast-check: what fails is shrunk towards the first of each list. */
export interface Dice {
  pick<T>(list: readonly T[]): T
  /** True in so many of a hundred cases. */
  percent(chance: number): boolean
  /** So many different members, in any order. */
  some<T>(list: readonly T[], least: number, most: number): T[]
  shuffled<T>(list: readonly T[]): T[]
}

/** One builder for each count: fast-check looks arbitraries up by it. */
const builders = new Map<number, () => fc.Arbitrary<number>>()

function builderFor(count: number): () => fc.Arbitrary<number> {
  const known = builders.get(count)
  if (known !== undefined) return known
  const builder = () => fc.nat({ max: count - 1 })
  builders.set(count, builder)
  return builder
}

/** The dice of one run of a property over `fc.gen()`. */
export function diceOf(g: GeneratorValue): Dice {
  const below = (count: number): number => g(builderFor(count))
  const shuffled = <T>(list: readonly T[]): T[] => {
    const rest = [...list]
    return list.map(() => rest.splice(below(rest.length), 1)[0] as T)
  }
  return {
    pick: <T>(list: readonly T[]) => list[below(list.length)] as T,
    percent: (chance) => below(100) >= 100 - chance,
    some: (list, least, most) => shuffled(list).slice(0, least + below(most - least + 1)),
    shuffled,
  }
}
