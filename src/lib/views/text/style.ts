/** How emphasis is shown. Views never know of terminals: the style is passed in. */
export interface Style {
  bold(text: string): string
  dim(text: string): string
  red(text: string): string
  green(text: string): string
  yellow(text: string): string
  cyan(text: string): string
}

const same = (text: string) => text

/** No colour: for pipes, `NO_COLOR` and tests. */
export const PLAIN: Style = {
  bold: same,
  dim: same,
  red: same,
  green: same,
  yellow: same,
  cyan: same,
}

/** What a view needs besides its result. */
export interface Ui {
  readonly style: Style
  /** The clock of the KMS that answered, for distances ("in 30 days"). */
  readonly now: Date
  /** Columns of the terminal; undefined where stdout is none, and nothing is cut. */
  readonly width: number | undefined
}
