import { describe, expect, it } from 'vitest'
import {
  completePrincipal,
  principalNeedsIdentity,
} from '../../../src/lib/policy/document/principal.js'

const identity = { partition: 'aws-cn', accountId: '111122223333' }

describe('completePrincipal (contract 2; IAM User Guide, Principal)', () => {
  it.each([
    ['root', 'arn:aws-cn:iam::111122223333:root'],
    ['444455556666', 'arn:aws-cn:iam::444455556666:root'],
    ['user/alice', 'arn:aws-cn:iam::111122223333:user/alice'],
    ['user/dev/ops/al.ice+x=y,@z-_', 'arn:aws-cn:iam::111122223333:user/dev/ops/al.ice+x=y,@z-_'],
    [
      'role/aws-service-role/support.amazonaws.com/AWSServiceRoleForSupport',
      'arn:aws-cn:iam::111122223333:role/aws-service-role/support.amazonaws.com/AWSServiceRoleForSupport',
    ],
  ])('completes %s', (text, arn) => {
    expect(completePrincipal(text, identity)).toBe(arn)
    expect(principalNeedsIdentity(text)).toBe(true)
    expect(completePrincipal(arn, identity)).toBe(arn)
  })

  it.each([
    'arn:aws:iam::444455556666:root',
    'arn:aws:iam::444455556666:user/path/bob',
    'arn:aws-us-gov:sts::444455556666:assumed-role/Admin/session@host',
    'arn:aws:sts::444455556666:federated-user/bob',
  ])('takes %s as it is', (arn) => {
    expect(completePrincipal(arn, identity)).toBe(arn)
    expect(principalNeedsIdentity(arn)).toBe(false)
  })

  it.each([
    ['', /not complete/],
    ['alice', /not complete/],
    ['*', /not complete/],
    ['11112222333', /not complete/],
    [' root', /not complete/],
    ['user/', /not complete/],
    ['user/a b', /not complete/],
    ['user/*', /not complete/],
    ['group/devs', /not complete/],
    ['logs.amazonaws.com', /not complete/],
    ['arn:aws:iam::444455556666:group/devs', /being a group/],
    ['arn:aws:iam::444455556666:role/*', /wildcard/],
    ['arn:aws:iam::*:root', /no principal's ARN/],
    ['arn:aws:iam::444455556666:saml-provider/x', /no principal's ARN/],
    ['arn:aws:sts::444455556666:assumed-role/Admin', /no principal's ARN/],
    ['arn:aws:sts::444455556666:root', /no principal's ARN/],
    ['arn:aws:kms:us-east-1:444455556666:key/x', /no principal's ARN/],
    ['arn:aws:iam::444455556666:root\n', /no principal's ARN/],
    ['arn:', /no principal's ARN/],
  ])('refuses %j and names the forms', (text, why) => {
    const attempt = () => completePrincipal(text, identity)
    expect(attempt).toThrow(why)
    expect(attempt).toThrow(
      /^principal ".*" .*give an ARN of iam or sts, a 12-digit account ID .*$/,
    )
    expect(attempt).toThrow(expect.objectContaining({ exitCode: 2 }))
  })
})
