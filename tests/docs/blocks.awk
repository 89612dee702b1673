# Takes the marked code blocks out of a Markdown file.
#
#   awk -v into=FOLDER -f blocks.awk FILE
#
# Writes each to FOLDER/LINE, and a line "LINE ACTION ARGUMENT" to stdout, in the file's order. LINE is that of the
# block's first line. A block's action is told by the comment in the line before it:
#
#   <!-- test -->                 sh: run it        cpp: a module
#   <!-- test: exit CODE -->      run it; it ends with that code
#   <!-- test: body -->           cpp: the body of a test
#   <!-- test: compile -->        cpp: a module that is compiled, and not run
#   <!-- test: file PATH -->      a file with that name
#   <!-- test: output -->         lines that the last run block printed, in this order; "..." stands for any
#   <!-- not tested: REASON -->   nothing
#
# Each sh, cpp and cmake block has to have one: nobody forgets to test what readers will type. Exit status 1, and a
# line each on stderr, if not.

function complain(what) {
  printf "%s:%d: %s\n", FILENAME, NR, what > "/dev/stderr"
  failed = 1
}

in_block && /^```$/ {
  in_block = 0
  close(file)
  next
}
in_block {
  if (file != "") print > file
  next
}

/^<!-- (not tested|test)(: .*)? -->$/ {
  marker = $0
  sub(/^<!-- /, "", marker)
  sub(/ -->$/, "", marker)
  next
}

/^```/ {
  language = substr($0, 4)
  in_block = 1
  file = ""
  action = marker
  marker = ""
  if (action == "") {
    if (language ~ /^(sh|cpp|cmake)$/) complain("this " language " block has no mark that says how it is tested")
    next
  }
  if (action ~ /^not tested: ./) next
  sub(/^test(: )?/, "", action)
  if (action == "") action = language == "sh" ? "exit 0" : language == "cpp" ? "module" : "?"
  if (action !~ /^(exit [0-9]+|module|body|compile|file [^ ]+|output)$/) complain("unknown mark")
  file = into "/" (NR + 1)
  printf "" > file
  print NR + 1, action
  next
}

marker != "" {
  complain("the mark before this line is for a code block")
  marker = ""
}

END {
  if (in_block) complain("this block has no end")
  exit failed
}
