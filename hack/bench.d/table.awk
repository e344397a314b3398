# Prints results (see common) as a table: a row each, a column each runtime with the ratio of the first to it.
# Variable: names, of the runtimes, the first first. Ratios below 1 are good for the first, also in rates ("/s").
function width(text) { return length(text) }
function number(x) { return x >= 1000 ? sprintf("%d", x) : x >= 100 ? sprintf("%.0f", x) : x >= 10 ? sprintf("%.1f", x) : sprintf("%.2f", x) }
{
  if (!($1 in seen)) { seen[$1]; order[++rows] = $1; unit[$1] = $3 }
  median[$1, $2] = $4; half[$1, $2] = ($6 - $5) / 2
}
END {
  count = split(names, name, " ")
  printf "\n%-38s", ""
  for (i = 1; i <= count; i++) printf "%12s  %-8s%s", name[i], "", (i > 1 ? sprintf(" %6s", "ratio") : "")
  print ""
  for (r = 1; r <= rows; r++) {
    row = order[r]
    printf "%-38s", row (unit[row] == "" ? "" : ", " unit[row])
    for (i = 1; i <= count; i++) {
      key = row SUBSEP name[i]
      if (!(key in median)) { printf "%12s  %-8s%s", "-", "", (i > 1 ? sprintf(" %6s", "") : ""); continue }
      mine = median[row, name[1]]; its = median[key]
      printf "%12s  %-8s", number(its), (half[key] > 0 ? "± " number(half[key]) : "")
      if (i > 1) printf " %6s", mine == "" || its == 0 || mine == 0 ? "" : sprintf("%.2f", unit[row] ~ /\/s$/ ? its / mine : mine / its)
    }
    print ""
  }
  print "\nMedians; ± half the span of the middle 80 %; ratio: " name[1] " to the other, below 1 is better for " name[1] "."
}
