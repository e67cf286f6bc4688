[.decisions[] | select(.patch and .wanted == false) | .blocked_by] | unique ==
	[null, "nothing in the profile asks for it", "nothing in the profile asks for it; blk_completions_elsewhere: 0"]
