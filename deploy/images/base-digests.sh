#!/bin/sh
# Says of every base image what its tag points to now, beside what is pinned. Asks the registries through docker buildx,
# which needs no daemon for it. A tag that moved is no error: pins are changed by hand, and the image is built and tried then.
set -eu
cd "$(dirname "$0")"
grep -ho '^FROM [^ ]*@sha256:[0-9a-f]*' ./*.Dockerfile | sort -u | while read -r _ image; do
  tag=${image%@*}
  pinned=${image#*@}
  now=$(docker buildx imagetools inspect --format '{{.Manifest.Digest}}' "$tag")
  # The pin itself is asked for, too: that it is there at all.
  docker buildx imagetools inspect "$image" > /dev/null
  if [ "$now" = "$pinned" ]; then echo "$tag is as pinned"; else echo "$tag is $now now, $pinned is pinned"; fi
done
