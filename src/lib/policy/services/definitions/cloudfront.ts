import { type ServiceEntry, SYMMETRIC } from '../model/service.js'

export const CLOUDFRONT_ENTRY: ServiceEntry = {
  name: 'cloudfront',
  title: 'Amazon CloudFront, S3 origins with origin access control',
  calledBy: 'the service',
  key: SYMMETRIC,
  uses: [
    {
      purpose: 'serve objects that are encrypted with SSE-KMS',
      source: {
        what: 'a distribution',
        services: { cloudfront: null },
        resource: /^distribution\/[A-Z0-9]+$/,
        example: 'arn:aws:cloudfront::111122223333:distribution/EDFDVBD6EXAMPLE',
        region: 'none',
        account: 'any',
        wildcards: false,
      },
      statements: [
        {
          sid: 'Allow CloudFront to use the key',
          principal: { service: 'cloudfront.amazonaws.com' },
          actions: ['kms:Decrypt', 'kms:Encrypt', 'kms:GenerateDataKey*'],
          conditions: { StringEquals: { 'AWS:SourceArn': '{source}' } },
        },
      ],
      documentation:
        'https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-restricting-access-to-s3.html#create-oac-overview-s3',
    },
  ],
  notes: ['The distribution must be there first: its ARN is needed.'],
}
