"""Bad networks made at home: namespaces with a router between them that loses, delays, caps and cuts."""
