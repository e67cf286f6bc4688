.saturation.uses == {seen: 10, late: 0} and .saturation.growing == null
