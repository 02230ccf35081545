/** What SNS and SQS have in common: services that send to their encrypted topics and queues use the key. */
import type { ServiceUse } from './service.js'

/** Why EventBridge's statement has no condition. */
export const EVENTBRIDGE =
  'EventBridge supports neither aws:SourceArn nor aws:SourceAccount here (Amazon SNS Developer Guide; the SQS page lists it among the services that do): with them its events are silently lost.'

/** One service that sends and all others: EventBridge's statement differs. */
export function eventSourceUses(of: {
  readonly target: string
  readonly actions: readonly string[]
  /** Service principals by the service that an ARN names. */
  readonly publishers: Readonly<Record<string, string>>
  readonly example: string
  readonly documentation: string
}): readonly ServiceUse[] {
  const { target, actions, publishers, example, documentation } = of
  return [
    {
      purpose: `let an AWS service send to encrypted ${target}`,
      source: {
        what: 'an event source',
        services: publishers,
        resource: /^.+$/,
        example,
        region: 'any',
        account: 'any',
        wildcards: true,
      },
      statements: [
        {
          sid: `Allow an event source to send to encrypted ${target}`,
          principal: { service: '{publisher}' },
          actions,
          conditions: {
            StringEquals: { 'aws:SourceAccount': '{sourceAccount}' },
            ArnLike: { 'aws:SourceArn': '{source}' },
          },
        },
      ],
      documentation,
    },
    {
      purpose: `let EventBridge send to encrypted ${target}`,
      source: {
        what: 'an EventBridge rule',
        services: { events: 'events.amazonaws.com' },
        resource: /^rule\/.+$/,
        example: 'arn:aws:events:us-east-1:111122223333:rule/nightly',
        region: 'any',
        account: 'any',
        wildcards: true,
      },
      statements: [
        {
          sid: `Allow EventBridge to send to encrypted ${target}`,
          principal: { service: '{publisher}' },
          actions,
        },
      ],
      documentation,
    },
  ]
}
