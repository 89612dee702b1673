# Prints the median of the numbers it reads, one a line.
{ values[NR] = $1 + 0 }
END {
  for (i = 2; i <= NR; ++i) {
    value = values[i]
    for (j = i - 1; j >= 1 && values[j] > value; --j) values[j + 1] = values[j]
    values[j + 1] = value
  }
  if (NR == 0) exit 1
  middle = int((NR + 1) / 2)
  print NR % 2 ? values[middle] : (values[middle] + values[middle + 1]) / 2
}
