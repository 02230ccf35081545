import type { WhoAmI } from '../results.js'
import { fields } from './text/layout.js'
import type { Ui } from './text/style.js'

export function whoamiView(who: WhoAmI, ui: Ui): string {
  const from = (value: string, source: string) => `${value} ${ui.style.dim(`(${source})`)}`
  return fields(
    [
      ['Account', who.accountId],
      ['Principal', who.arn],
      ['User ID', who.userId],
      ['Credentials', who.sources.credentials],
      ['Profile', from(who.profile ?? 'none named', who.sources.profile)],
      ['Region', from(who.region, who.sources.region)],
      ['Endpoint', from(who.endpoint, who.sources.endpoint)],
    ],
    ui,
  )
}
