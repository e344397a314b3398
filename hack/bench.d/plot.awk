# Draws results (see common) as SVG: a plot each row, a line each runtime. Readable on light and dark. Variables: names, heading.
function escaped(text) { gsub(/&/, "\\&amp;", text); gsub(/</, "\\&lt;", text); return text }
{
  if (!($1 in seen)) { seen[$1]; order[++rows] = $1 }
  i = ++count[$1, $2]
  x[$1, $2, i] = $7; y[$1, $2, i] = $4
  if ($7 > most_x[$1]) most_x[$1] = $7
  if ($4 > most_y[$1]) most_y[$1] = $4
}
END {
  runtimes = split(names, name, " ")
  split("#2a9d5c #d98324 #5b7fd6 #a35bb5 #888888", colour, " ")
  width = 300; height = 150
  printf "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"760\" height=\"%d\" font-family=\"sans-serif\" font-size=\"11\">\n", 50 + int((rows + 1) / 2) * (height + 60)
  print "<style>text { fill: #222 } .dim { fill: #666 } .axis { stroke: #888 } @media (prefers-color-scheme: dark) { text { fill: #ddd } .dim { fill: #999 } }</style>"
  printf "<text x=\"8\" y=\"16\" class=\"dim\">%s</text>\n", escaped(heading)
  for (i = 1; i <= runtimes; i++) {
    printf "<rect x=\"%d\" y=\"25\" width=\"10\" height=\"10\" fill=\"%s\"/><text x=\"%d\" y=\"34\">%s</text>\n",
      8 + (i - 1) * 110, colour[(i - 1) % 5 + 1], 22 + (i - 1) * 110, escaped(name[i])
  }
  for (r = 1; r <= rows; r++) {
    row = order[r]; left = 55 + (r - 1) % 2 * 375; top = 66 + int((r - 1) / 2) * (height + 60); bottom = top + height
    if (!most_x[row]) most_x[row] = 1
    printf "<text x=\"%d\" y=\"%d\">%s</text>\n", left, top - 8, escaped(row)
    printf "<path class=\"axis\" fill=\"none\" d=\"M%d %dV%dH%d\"/>\n", left, top, bottom, left + width
    printf "<text class=\"dim\" x=\"%d\" y=\"%d\" text-anchor=\"end\">%.3g ms</text><text class=\"dim\" x=\"%d\" y=\"%d\" text-anchor=\"end\">0</text>\n", left - 4, top + 8, most_y[row], left - 4, bottom
    printf "<text class=\"dim\" x=\"%d\" y=\"%d\" text-anchor=\"end\">%d</text>\n", left + width, bottom + 14, most_x[row]
    for (i = 1; i <= runtimes; i++) {
      points = ""; dots = ""
      for (p = 1; p <= count[row, name[i]]; p++) {
        px = left + width * x[row, name[i], p] / most_x[row]; py = bottom - height * y[row, name[i], p] / most_y[row]
        points = points sprintf("%.1f,%.1f ", px, py)
        dots = dots sprintf("<circle cx=\"%.1f\" cy=\"%.1f\" r=\"2.5\" fill=\"%s\"/>", px, py, colour[(i - 1) % 5 + 1])
      }
      printf "<polyline fill=\"none\" stroke-width=\"1.5\" stroke=\"%s\" points=\"%s\"/>%s\n", colour[(i - 1) % 5 + 1], points, dots
    }
  }
  print "</svg>"
}
