0,/	listen	/s//	frobnicate	/
