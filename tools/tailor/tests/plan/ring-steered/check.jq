.decisions[] | select(.name == "TAILOR_STEER") | .wanted and .evidence[1].count == 1990 and .evidence[1].where
