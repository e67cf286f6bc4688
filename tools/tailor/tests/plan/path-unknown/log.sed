0,/filename=0x7ffe01/s//filename="\/proc\/vmstat"/
