# What one program of the validation suite said, as one line: program, runtime, passed, failed, skipped, verdict, and
# what did not hold; for hack/validation.
#
#   awk -f verdict.awk -v program=NAME -v runtime=NAME -v code=EXIT_STATUS NAME.tap NAME.err

function reason(text) {
  sub(/^[ \t]+/, "", text)
  gsub(/\t/, " ", text)
  why = why (why == "" ? "" : "; ") text
}
FILENAME ~ /tap$/ && /^(not )?ok/ && /# (SKIP|TODO)/ { skip++; next }
FILENAME ~ /tap$/ && /^ok/ { good++; next }
# "exit status 1" is a command of the runtime's: stderr says more.
FILENAME ~ /tap$/ && /^not ok [0-9]+ - exit status/ { bad++; command = 1; next }
FILENAME ~ /tap$/ && /^not ok/ { bad++; sub(/^not ok [0-9]+ - /, ""); reason($0); next }
# Programs without assertions complain in a block of their own.
FILENAME ~ /tap$/ && good + bad + skip == 0 && /^    "error": / {
  complaint = 1
  sub(/^    "error": "/, "")
  sub(/(\\nRefer to.*)?",?$/, "")
  reason($0)
}
FILENAME ~ /err$/ && good + bad + skip == 0 && /^WARNING: / { complaint = 1; reason($0); next }
FILENAME ~ /err$/ && (code != 0 && !bad || command) && !/^(exit status|Refer to:|failed to|hint: )/ {
  sub(/^time="[^"]*" level=[a-z]* msg=/, "")
  reason($0)
}
END {
  if (command && why == "") why = "exit status"
  if (code == 124 || code == 137) verdict = "TIMEOUT"
  else if (code != 0 || bad || complaint) verdict = "FAIL"
  else if (good) verdict = "PASS"
  else verdict = skip ? "SKIP" : "EMPTY"
  print program "\t" runtime "\t" good + 0 "\t" bad + 0 "\t" skip + 0 "\t" verdict "\t" why
}
