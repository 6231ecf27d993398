# Reports what every pipeline of a snippet ended with, and changes nothing else. Bash reads this file through
# BASH_ENV before it runs the snippet (the file `snippet` beside this one), a `bash -c` string or a script on standard
# input that the snippet starts; any other script is left alone. What is seen is appended to the file `trace` beside it:
#   L PID LINE             a command on this line of the snippet starts
#   S LINE MAIN STATUS...  a pipeline failed; LINE is 0 where it is not of the snippet's file; MAIN is 1 in the first shell
#   X PID                  the latest L of this shell was none: it was a trap's own command
#   O LINE                 the options that make failures visible were turned off
#   P NUMBER STATUS        a prerequisite failed
#   B PID                  the first shell begins: what stands in the file without it is not all that was written
#   trap ..., E            at the end of the first shell: the traps that then stood; the end
#
# shellcheck disable=SC1090,SC2064 # files and traps are named by variables, on purpose as they are now
__drillbook=${BASH_ENV%/*}

# $1 LINENO, $2 BASH_SOURCE, $3 $?, then PIPESTATUS, then $_ (last, so that it is again what it was).
__drillbook_step() { # before each command: how the pipeline before it ended
  if [[ $2 == "$__drillbook/trace.bash" ]] || __drillbook_is_logout "$2"; then return 0; fi
  local IFS=' ' number='\#' pipes='' child=0 stale=0 head=0 leaving=0 at='0 0' background=${!:-}
  local statuses="${*:4:$#-4}" depth=${#FUNCNAME[@]}
  number=${number@P}
  if [[ $BASHPID != "$__drillbook_pid" ]]; then # the first command of a subshell
    child=1 __drillbook_pid=$BASHPID __drillbook_pending=''
    if [[ -n $__drillbook_at_exit ]]; then trap "$__drillbook_at_exit" EXIT; fi
  fi
  __drillbook_flush

  # PIPESTATUS may still stand from an earlier step, for not every step ends a pipeline: the head of a loop or a `case`,
  # `eval`, `exit`, the entry to a function or a sourced file, a start in the background, a pipeline that is still being
  # set up (its pipe is open), a subshell in a command's own words. Or the ERR trap has told of it.
  case $BASH_COMMAND in
    exit | 'exit '*) head=1 leaving=1 ;;
    'for '* | 'case '* | 'select '* | '(('* | 'eval '* | '. '* | 'source '* | return | 'return '*) head=1 ;;
  esac
  if ((depth > __drillbook_depth)) && [[ ${FUNCNAME[1]} != source ]]; then head=1; fi
  if [[ $statuses == *[1-9]* ]] && ((__drillbook_leaving < 2)); then
    __drillbook_open_pipes
    if [[ $statuses == "$__drillbook_reported" ]]; then
      stale=1
    elif [[ $statuses == "$__drillbook_statuses" ]]; then
      if ((__drillbook_head || depth > __drillbook_depth)) || [[ $background != "$__drillbook_background" ]]; then
        stale=1
      elif [[ $number == "$__drillbook_number" ]] && { ((child)) || [[ $pipes != "$__drillbook_pipes" ]]; }; then
        stale=1
      fi
    fi
    if ((! stale)); then __drillbook_pending="$__drillbook_at $statuses"; fi
  fi

  if [[ $2 == "$__drillbook/snippet" ]]; then
    at="$1 $((BASHPID == $$))"
    builtin printf 'L %s %s\n' "$BASHPID" "$1" >>"$__drillbook/trace"
  fi
  if [[ $- != *u* || $- != *E* || $- != *T* ]]; then
    builtin printf 'O %s\n' "$1" >>"$__drillbook/trace"
  fi
  __drillbook_at=$at __drillbook_statuses=$statuses __drillbook_number=$number __drillbook_pipes=$pipes
  __drillbook_head=$head __drillbook_depth=$depth __drillbook_background=$background __drillbook_reported=''
  __drillbook_leaving=$leaving
  return 0
}

__drillbook_error() { # after a failed pipeline: the better line, and `((…))`, which leaves PIPESTATUS alone
  if __drillbook_is_logout "$2"; then return 0; fi
  local IFS=' ' main=0 line=0
  local statuses="${*:4:$#-4}"
  if [[ ${statuses##* } != "$3" ]]; then statuses=$3; fi
  if [[ $2 == "$__drillbook/snippet" ]]; then line=$1 main=$((BASHPID == $$)); fi
  __drillbook_pending="$line $main $statuses" __drillbook_reported=$statuses
  return 0
}

__drillbook_is_logout() { # what a login shell runs after `exit` is not of the text, and does not change its status
  ((__drillbook_leaving)) && [[ $1 == ~/.bash_logout ]] && __drillbook_leaving=2
}

__drillbook_return() { # the end of a function or a sourced file, whose last pipeline the step before this call saw
  if [[ ${FUNCNAME[1]} != __drillbook_* ]]; then __drillbook_cancel; fi
  return 0
}

__drillbook_end() { # the end of a shell: what its last pipeline ended with
  __drillbook_flush
  __drillbook_cancel
  if ((BASHPID == $$)) && [[ $0 == "$__drillbook/snippet" && -z ${BASH_EXECUTION_STRING+set} ]]; then
    {
      trap -p DEBUG ERR RETURN
      builtin printf 'E\n'
    } >>"$__drillbook/trace"
  fi
  return 0
}

__drillbook_cancel() { # the step before was this handler's own command
  if [[ $__drillbook_at != '0 0' ]]; then builtin printf 'X %s\n' "$BASHPID" >>"$__drillbook/trace"; fi
}

__drillbook_flush() {
  if [[ -n $__drillbook_pending ]]; then
    builtin printf 'S %s\n' "$__drillbook_pending" >>"$__drillbook/trace"
    __drillbook_pending=''
  fi
}

__drillbook_open_pipes() { # the pipes (3 to 9) of which only one end is open: a pipeline is being set up
  local first second
  for first in 3 4 5 6 7 8 9; do
    if [[ -p /proc/self/fd/$first ]]; then
      for second in 3 4 5 6 7 8 9; do
        if ((first != second)) && [[ /proc/self/fd/$first -ef /proc/self/fd/$second ]]; then continue 2; fi
      done
      pipes+="$first "
    fi
  done
}

if [[ -n ${BASH_EXECUTION_STRING+set} || ${0##*/} == bash ]]; then
  if [[ -s $__drillbook/trace ]]; then __drillbook_trace=1; fi # not one that a login file starts
elif [[ $0 == "$__drillbook/snippet" && ! -s $__drillbook/trace ]]; then
  # By their names: who runs the snippet may enter this folder and not list it, so a pattern would find none of them.
  for __drillbook_file in "$__drillbook"/prerequisite-{00..99}; do
    if [[ ! -e $__drillbook_file ]]; then break; fi
    source "$__drillbook_file" || {
      builtin printf 'P %s %s\n' "${__drillbook_file##*-}" "$?" >>"$__drillbook/trace"
      exit 1
    }
  done
  builtin printf 'B %s\n' "$$" >>"$__drillbook/trace"
  __drillbook_trace=1
else
  unset BASH_ENV # what another script starts is not the snippet's either
fi
if [[ -n ${__drillbook_trace-} ]]; then
  __drillbook_pid=$BASHPID __drillbook_at='0 0' __drillbook_statuses='' __drillbook_number='' __drillbook_pipes=''
  __drillbook_head=0 __drillbook_depth=2 __drillbook_background='' __drillbook_pending='' __drillbook_reported=''
  __drillbook_leaving=0
  # Standard error is away during a handler, for `set -x`. A shell with a trap on EXIT loses a Ctrl-C that comes between
  # fork and exec; a stream is interrupted, so on a terminal there is none.
  __drillbook_at_exit=''
  if [[ ! -e $__drillbook/terminal ]]; then
    __drillbook_at_exit='{ __drillbook_end; } 2>/dev/null'
    trap "$__drillbook_at_exit" EXIT
  fi
  set -uET
  trap '{ __drillbook_error "$LINENO" "${BASH_SOURCE[0]-}" "$?" "${PIPESTATUS[@]}" "$_"; } 2>/dev/null' ERR
  trap '{ __drillbook_return "$_"; } 2>/dev/null' RETURN
  trap '{ __drillbook_step "$LINENO" "${BASH_SOURCE[0]-}" "$?" "${PIPESTATUS[@]}" "$_"; } 2>/dev/null' DEBUG
fi
