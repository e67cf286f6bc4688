$a\
traffic: card 900 of 900 packets
$a\
traffic: connects 80 of 80 connections
