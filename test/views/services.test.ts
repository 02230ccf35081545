import stringWidth from 'string-width'
import { expect, test } from 'vitest'
import { explainServices } from '../../src/lib/policy/services/explanation.js'
import { servicesView, serviceView } from '../../src/lib/views/policy/services.js'
import { ui } from '../support/cases/samples.js'

const [ebs] = explainServices('ebs')
const [sqs] = explainServices('sqs')
const [dnssec] = explainServices('dnssec')
if (ebs === undefined || sqs === undefined || dnssec === undefined) throw new Error('no service')

test('the catalogue, on exact text', () => {
  expect(servicesView([dnssec, sqs], ui())).toBe(`\
SERVICE  CALLED BY               KEY                         DOCUMENTATION
dnssec   the service             ECC_NIST_P256 in us-east-1  https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/access-control-managing-permissions.html
sqs      the service that sends  symmetric                   https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-key-management.html`)
})

test.each([60, 80, 100])('the catalogue fits %i columns, and names each service whole', (width) => {
  const services = explainServices()
  const [, ...rows] = servicesView(services, ui(width)).split('\n')
  expect(rows.filter((row) => stringWidth(row) > width)).toEqual([])
  expect(rows.map((row) => row.split(' ')[0])).toEqual(services.map(({ name }) => name))
})

test('one service: a statement can be copied into a policy, whatever the width', () => {
  const shown = serviceView(ebs, ui(60))
  expect(shown).toMatch(/^Service +ebs: /)
  const json = shown.slice(shown.indexOf('\n[\n'), shown.indexOf('\n]\n') + 2)
  expect(JSON.parse(json)).toEqual(ebs.uses[0]?.statements)
})

test('which principal publishes is said where there are several', () => {
  expect(serviceView(sqs, ui())).toMatch(/^SERVICE +s3, sns$/m)
  expect(serviceView(dnssec, ui())).not.toMatch(/^SERVICE /m)
})
