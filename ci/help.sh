# shellcheck shell=bash
# Sourced first by a command: --help or -h as its first argument prints the command's own leading comment and ends it, before
# anything is installed, built or run.
own_comment() { awk 'NR == 1 || /^# shellcheck/ { next } !/^#/ { exit } { sub(/^# ?/, ""); print }' "$0"; }
case ${1-} in --help | -h) own_comment; exit 0 ;; esac
