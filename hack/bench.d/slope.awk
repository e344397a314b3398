# Prints results (see common) as a line each series: its points, what one more costs (least squares), and whether it
# grows linearly or better: the last stretch is not steeper than all of it, but for noise.
{
  key = $1 ": " $2
  if (!(key in count)) order[++series] = key
  i = ++count[key]
  x[key, i] = $7; y[key, i] = $4; spread[key] += ($6 - $5) / 2
}
END {
  for (s = 1; s <= series; s++) {
    key = order[s]; n = count[key]; sx = sy = sxx = sxy = 0; points = ""
    for (i = 1; i <= n; i++) {
      points = points sprintf("%s%s: %.2f", (i > 1 ? ", " : ""), x[key, i], y[key, i])
      sx += x[key, i]; sy += y[key, i]; sxx += x[key, i] ^ 2; sxy += x[key, i] * y[key, i]
    }
    if (n < 2) { printf "%-40s %s ms\n", key, points; continue }
    slope = (n * sxy - sx * sy) / (n * sxx - sx * sx)
    noise = spread[key] / n
    rise = y[key, n] - y[key, 1]
    last = (y[key, n] - y[key, n - 1]) / (x[key, n] - x[key, n - 1])
    whole = rise / (x[key, n] - x[key, 1])
    if (rise <= noise) verdict = "flat"
    else if (n < 3 || last <= 1.25 * whole) verdict = "linear or better"
    else if ((last - whole) * (x[key, n] - x[key, n - 1]) <= noise) verdict = "linear or better, within the noise"
    else verdict = "WORSE than linear: the last stretch is " sprintf("%.1f", last / whole) " times as steep as the whole"
    printf "%-40s %s ms; %.1f µs each; %s\n", key, points, slope * 1000, verdict
  }
}
