# Prints results (see common) as JSON, a value a line. Variables: machine (JSON strings), when.
BEGIN { printf "{\n  \"when\": \"%s\",\n  \"machine\": [%s],\n  \"values\": [", when, machine }
{
  printf "%s\n    {\"row\": \"%s\", \"runtime\": \"%s\", \"unit\": \"%s\", ", (NR > 1 ? "," : ""), $1, $2, $3
  if ($7 != "") printf "\"n\": %s, ", $7
  printf "\"median\": %s, \"low\": %s, \"high\": %s}", $4, $5, $6
}
END { print "\n  ]\n}" }
