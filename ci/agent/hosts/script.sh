#!/bin/sh
# A runtime's starter as installers write them: it looks at the runtime first, and then becomes it.
# usage: script.sh PROGRAM ARGUMENT...; HOST_GREETING is printed.
echo "starting ${HOST_GREETING:-quietly}"
test -x "$(dirname "$1")/$(basename "$1")" || exit 1
exec "$@"
