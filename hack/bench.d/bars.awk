# Draws results (see common) as SVG: a group of bars each row, a bar each runtime, with value and ratio of the first to
# it. Each row has its own scale. Readable on light and dark. Variables: names, heading.
function escaped(text) { gsub(/&/, "\\&amp;", text); gsub(/</, "\\&lt;", text); return text }
function number(x) { return x >= 100 ? sprintf("%.0f", x) : x >= 10 ? sprintf("%.1f", x) : sprintf("%.2f", x) }
{
  if (!($1 in seen)) { seen[$1]; order[++rows] = $1; unit[$1] = $3 }
  median[$1, $2] = $4
  if ($4 > most[$1]) most[$1] = $4
}
END {
  count = split(names, name, " ")
  bar = 12; group = count * bar + 10; left = 250; full = 330
  split("#2a9d5c #d98324 #5b7fd6 #a35bb5 #888888", colour, " ")
  colours = 5
  printf "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"760\" height=\"%d\" font-family=\"sans-serif\" font-size=\"11\">\n", 50 + rows * group
  print "<style>text { fill: #222 } .dim { fill: #666 } @media (prefers-color-scheme: dark) { text { fill: #ddd } .dim { fill: #999 } }</style>"
  printf "<text x=\"8\" y=\"16\" class=\"dim\">%s</text>\n", escaped(heading)
  for (i = 1; i <= count; i++) {
    printf "<rect x=\"%d\" y=\"25\" width=\"10\" height=\"10\" fill=\"%s\"/><text x=\"%d\" y=\"34\">%s</text>\n",
      8 + (i - 1) * 110, colour[(i - 1) % colours + 1], 22 + (i - 1) * 110, escaped(name[i])
  }
  for (r = 1; r <= rows; r++) {
    row = order[r]; y = 46 + (r - 1) * group
    printf "<text x=\"%d\" y=\"%d\" text-anchor=\"end\">%s</text>\n", left - 8, y + count * bar / 2 + 4, escaped(row ", " unit[row])
    for (i = 1; i <= count; i++) {
      key = row SUBSEP name[i]
      if (!(key in median)) continue
      value = median[key]; mine = median[row, name[1]]; at = y + (i - 1) * bar
      length_ = most[row] > 0 ? full * value / most[row] : 0
      ratio = i == 1 || mine == "" || value == 0 || mine == 0 ? "" : sprintf(" (%.2f)", unit[row] ~ /\/s$/ ? value / mine : mine / value)
      printf "<rect x=\"%d\" y=\"%d\" width=\"%.1f\" height=\"%d\" fill=\"%s\"/>", left, at, length_ < 1 ? 1 : length_, bar - 2, colour[(i - 1) % colours + 1]
      printf "<text x=\"%.1f\" y=\"%d\">%s<tspan class=\"dim\">%s</tspan></text>\n", left + length_ + 5, at + bar - 3, number(value), ratio
    }
  }
  print "</svg>"
}
