const KINORA = __KINORA__;
