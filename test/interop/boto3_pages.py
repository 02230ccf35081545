"""Reads everything that is paged, with boto3's paginators and small pages, and prints it as JSON."""

import json
import sys

import boto3

kms = boto3.client("kms")


def ids(operation, result, field, **parameters):
    pages = kms.get_paginator(operation).paginate(**parameters, PaginationConfig={"PageSize": 2})
    return sorted(item[field] for page in pages for item in page[result])


def refusal(call, **parameters):
    """The exception's class, as programs catch it, and the code that it carries."""
    try:
        call(**parameters)
    except kms.exceptions.ClientError as error:
        return [type(error).__name__, error.response["Error"]["Code"]]
    return None


key = sys.argv[1]
blob = kms.encrypt(KeyId=key, Plaintext=b"hello", EncryptionContext={"app": "x"})["CiphertextBlob"]
plain = kms.decrypt(CiphertextBlob=blob, EncryptionContext={"app": "x"})["Plaintext"]
json.dump(
    {
        "keys": ids("list_keys", "Keys", "KeyId"),
        "aliases": ids("list_aliases", "Aliases", "AliasName"),
        "tags": ids("list_resource_tags", "Tags", "TagKey", KeyId=key),
        "grants": ids("list_grants", "Grants", "GrantId", KeyId=key),
        "rotations": ids("list_key_rotations", "Rotations", "RotationType", KeyId=key),
        "policies": [name for page in kms.get_paginator("list_key_policies").paginate(KeyId=key) for name in page["PolicyNames"]],
        "created": kms.describe_key(KeyId=key)["KeyMetadata"]["CreationDate"].isoformat(timespec="microseconds"),
        "decrypted": plain.decode(),
        "wrongContext": refusal(kms.decrypt, CiphertextBlob=blob, EncryptionContext={"app": "y"}),
        "absent": refusal(kms.describe_key, KeyId="alias/absent"),
        "marker": refusal(kms.list_keys, Marker="nonsense"),
        "account": boto3.client("sts").get_caller_identity()["Account"],
    },
    sys.stdout,
)
