(.rows | length == 2) and ([.rows[] | select(.guest) | .arms[1:][] | [.tests, .verdict, (.p_corrected * 70 + 0.5 | floor)]] == [[2, "too few", 4], [2, "too few", 4]]) and
([.rows[] | select(.guest | not) | .arms[1:][] | [.tests, .verdict, (.p_corrected * 70 + 0.5 | floor)]] == [[1, "better", 2], [1, "better", 2]]) and (.refusal | test("at least 5"))
