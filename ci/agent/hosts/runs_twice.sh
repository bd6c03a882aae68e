#!/bin/sh
# A starter that runs the runtime once to see what it says, and then again in earnest.
version=$("$1" --version)
test -n "$version" && echo "$version"
exec "$@"
