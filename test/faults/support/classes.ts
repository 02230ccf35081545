/** The changing commands by what a fault does to them: one of each class stands for all of it. */
export interface CommandClass {
  readonly title: string
  /** Names of trials. The first one's outcomes are shown, and `npm run test:deep` compares the others. */
  readonly trials: readonly string[]
}

export const CLASSES: readonly CommandClass[] = [
  {
    title: 'One call that sets something',
    trials: [
      'disable',
      'enable',
      'rotation enable',
      'rotation disable',
      'update',
      'tag set',
      'tag remove',
      'alias update',
    ],
  },
  { title: 'Creating a key', trials: ['create'] },
  { title: 'Creating an alias', trials: ['alias create'] },
  { title: 'Deleting an alias', trials: ['alias delete'] },
  { title: 'Rotating now', trials: ['rotation now'] },
  { title: 'Scheduling a deletion', trials: ['deletion schedule'] },
  { title: 'Cancelling a deletion, with `--enable`', trials: ['deletion cancel'] },
  { title: 'Replacing a policy', trials: ['policy set', 'policy edit', 'policy rollback'] },
  { title: 'Going on with a creation: `recover`', trials: ['recover'] },
  {
    title: 'Going on with a creation: the same `create` again',
    trials: ['create, cut off before'],
  },
  { title: 'Several keys', trials: ['disable, several', 'enable, several'] },
]
